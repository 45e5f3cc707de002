// Measures what adversaries make honest nodes do to others: bytes of replies for bytes of queries,
// checks that are caused by unverified contacts, and packets to bystanders, which never asked for
// anything.

import { decodeMessage } from '@dht/krpc'
import { BYSTANDER } from '../adversaries/spoofer.ts'
import type { World } from '../world.ts'
import type { WorldEvent } from '../world-event.ts'

const MINUTE_MS = 60_000

export interface Abuse {
  /** Bytes of replies for each byte of hostile queries, over all of them. */
  readonly amplification: number
  /** The same for the worst single query. */
  readonly worstReply: number
  /** Maximum number of checks that one node sent in a minute. */
  readonly checks: number
  /** Packets to bystanders, per minute. */
  readonly reflected: number
}

export class AbuseMeter {
  readonly #world: World
  readonly #checks = new Map<number, { minute: number; count: number }>()
  readonly #end: () => void
  readonly #since: number
  #bytesReceived = 0
  #bytesSent = 0
  #worstReply = 0
  #mostChecks = 0
  #reflected = 0

  /** Measures from now on. */
  constructor(world: World) {
    this.#world = world
    this.#since = world.now
    this.#end = world.watch((event) => this.#onEvent(event))
  }

  read(): Abuse {
    this.#end()
    const minutes = Math.max(1, this.#world.now - this.#since) / MINUTE_MS
    return {
      amplification: this.#bytesReceived === 0 ? 0 : this.#bytesSent / this.#bytesReceived,
      worstReply: this.#worstReply,
      checks: this.#mostChecks,
      reflected: this.#reflected / minutes,
    }
  }

  #onEvent(event: WorldEvent): void {
    if (event.kind === 'dropped' && event.packet.to.address === BYSTANDER.address) {
      this.#reflected++
    }
    if (!('effects' in event) || this.#world.hosts[event.host]?.core === undefined) return
    if (event.kind === 'received' && this.#isHostile(event.packet.sender)) this.#measureReply(event)
    if (event.kind !== 'requested') this.#countChecks(event)
  }

  /** Whether the sender is an adversary. A packet with a forged sender counts as hostile. */
  #isHostile(sender: number | undefined): boolean {
    return sender === undefined || this.#world.hosts[sender]?.core === undefined
  }

  #measureReply({ packet, effects }: Extract<WorldEvent, { kind: 'received' }>): void {
    const { from, bytes } = packet
    const asked = decodeMessage(bytes, this.#world.protocol)
    if (asked.kind === 'response' || asked.kind === 'error') return
    let back = 0
    for (const effect of effects) {
      if (effect.kind !== 'send') continue
      const { address, port } = effect.endpoint
      if (address === from.address && port === from.port) back += effect.bytes.length
    }
    this.#bytesReceived += bytes.length
    this.#bytesSent += back
    this.#worstReply = Math.max(this.#worstReply, back / Math.max(1, bytes.length))
  }

  #countChecks({ host, effects, at }: Extract<WorldEvent, { effects: unknown }>): void {
    const minute = Math.floor((at - this.#since) / MINUTE_MS)
    for (const effect of effects) {
      if (effect.kind !== 'send') continue
      const message = decodeMessage(effect.bytes, this.#world.protocol)
      if (message.kind !== 'query' || message.method !== 'ping') continue
      const known = this.#checks.get(host)
      const count = known?.minute === minute ? known.count + 1 : 1
      this.#checks.set(host, { minute, count })
      this.#mostChecks = Math.max(this.#mostChecks, count)
    }
  }
}
