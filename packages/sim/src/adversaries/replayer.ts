// Captures packets and sends them again: at any time from its own address, and with the original
// sender's address once the write tokens in them have expired (two rotations).

import type { Endpoint } from '@dht/krpc'
import type { World } from '../world.ts'
import { type Adversary, type AdversaryInit, adversaryOf } from './adversary.ts'
import { AdversaryProcess } from './adversary-process.ts'

/** Maximum number of packets kept; the oldest is dropped first. */
const KEPT = 2_048
/** It keeps one packet of this many, and every write. */
const ONE_OF = 8
/** Two rotations of the write tokens, ms. */
const OLD_MS = 600_000
const SENT_PER_ACT = 8

interface Capture {
  readonly bytes: Uint8Array
  readonly from: Endpoint
  readonly to: Endpoint
  readonly at: number
}

const WRITE = 'announce_peer'

/** The captured packets of each world. */
const captured = new WeakMap<World, Capture[]>()

function tap(world: World): readonly Capture[] {
  const known = captured.get(world)
  if (known !== undefined) return known
  const kept: Capture[] = []
  captured.set(world, kept)
  let passed = 0
  world.network.intercept(({ bytes, from, to }) => {
    if (passed++ % ONE_OF === 0 || isWrite(bytes)) {
      if (kept.length >= KEPT) kept.shift()
      kept.push({ bytes: bytes.slice(), from, to, at: world.now })
    }
    return undefined
  })
  return kept
}

function isWrite(bytes: Uint8Array): boolean {
  return String.fromCharCode(...bytes).includes(WRITE)
}

class Replayer extends AdversaryProcess {
  override readonly intervalMs = 5_000
  readonly #captured: readonly Capture[]

  constructor(init: AdversaryInit) {
    super(init)
    this.#captured = tap(init.world)
  }

  override act(): void {
    this.contactHonest()
    const { now, network } = this.world
    for (const { bytes, from, to, at } of this.chance.sample(this.#captured, SENT_PER_ACT)) {
      if (now - at > OLD_MS && this.chance.happens(0.5)) network.inject({ bytes, from, to })
      else this.send(bytes, to)
    }
  }
}

export const replayer: Adversary = adversaryOf(
  { name: 'replayer', summary: 'sends captured packets again, also with forged senders' },
  Replayer,
)
