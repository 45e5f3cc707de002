// Queries and datagrams compared with a plain list of queries: in a small world where transaction
// ids collide and the table is often full, and with the real widths.

import { dht256, type Endpoint, endpoint, mainline, type Network } from '@dht/krpc'
import { seededRandom } from '@dht/testing'
import { Census, MODEL_TIMEOUT_MS, modelRuns, scripts } from '@dht/testing/census'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Case, floors } from './transport.cases.ts'
import { EXPIRE_MS, KEEP_MS, STALL_MS, TransportModel } from './transport.model.ts'
import { anyCommand, drain, type Side } from './transport.script.ts'
import { System } from './transport.system.ts'

interface World {
  readonly networks: readonly Network[]
  readonly places: readonly Endpoint[]
  readonly maxOpen: number
  /** Chooses the bytes of a transaction id. */
  readonly narrow: (bytes: Uint8Array) => Uint8Array
}

const SMALL: World = {
  networks: [
    { ...mainline, idLength: 1 },
    { ...dht256, idLength: 2, key: 'toy' },
  ],
  places: [
    endpoint('192.0.2.1', 1),
    endpoint('192.0.2.1', 2),
    endpoint('192.0.2.2', 1),
    endpoint('2001:db8::1', 1),
  ],
  maxOpen: 4,
  narrow: (bytes) => Uint8Array.of(bytes[1]! & 0x80, 0, 0, bytes[0]! % 6),
}

const REAL: World = {
  networks: [mainline, dht256],
  places: Array.from({ length: 8 }, (_, n) =>
    n % 2 === 0 ? endpoint(`198.51.100.${n}`, 6881) : endpoint(`2001:db8::${n}`, 6881 + n),
  ),
  maxOpen: 6,
  narrow: (bytes) => bytes,
}

/** Constant timeouts: their bounds are equal. */
const FIXED = {
  firstTimeoutMs: STALL_MS,
  minTimeoutMs: STALL_MS,
  maxTimeoutMs: STALL_MS,
  giveUpMs: EXPIRE_MS,
  minGiveUpMs: EXPIRE_MS,
  keepExpiredMs: KEEP_MS,
}

interface Setup {
  readonly network: Network
  readonly maxOpen: number
  readonly seed: number
}

function begin(setup: Setup, world: World, census: Census<Case>): { model: Side; real: System } {
  const { network, maxOpen, seed } = setup
  const draws: Uint8Array[] = []
  const random = seededRandom(seed)
  const source = (length: number): Uint8Array => {
    draws.push(world.narrow(random(length)))
    return draws.at(-1)!
  }
  const model = { model: new TransportModel(network, maxOpen), draws, census, places: world.places }
  return { model, real: new System(network, source, { ...FIXED, maxOpen }) }
}

function holds(name: string, world: World, least: Parameters<typeof floors>[0]): void {
  const census = new Census<Case>(name, floors(least))
  const setup = fc.record({
    network: fc.constantFrom(...world.networks),
    maxOpen: fc.constantFrom(world.maxOpen, 99),
    seed: fc.nat({ max: 9999 }),
  })
  fc.assert(
    fc.property(setup, fc.commands([anyCommand], scripts(80)), (given, commands) => {
      const { model, real } = begin(given, world, census)
      fc.modelRun(() => ({ model, real }), commands)
      drain(model, real)
    }),
    modelRuns(1),
  )
  expect(census.close()).toEqual([])
}

const opts = { timeout: MODEL_TIMEOUT_MS }

describe('NET-6, NET-7, NET-8, NET-9: a query ends with its response or its failure', () => {
  const ends = 'NET-3, NET-4, NET-5, NET-17, NET-18, NET-50, NET-51, NET-52, NET-53, NET-54'
  const more = 'NET-55, NET-56, NET-58, NET-59, NET-61, NET-62, NET-63'

  it(`${ends}, ${more}: in a small world`, opts, () => {
    holds('transport', SMALL, { 'refused: no free id': 20, 'fits a newer question': 4 })
  })

  it(`${ends}, ${more}: at real scale`, opts, () => {
    holds('transport-at-scale', REAL, {})
  })
})
