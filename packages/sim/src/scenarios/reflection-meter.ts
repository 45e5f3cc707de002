// Measures what one node sends to forged sources, for what it received in their name. Replies are
// told from other packets, such as checks, by the event in which they are sent.

import type { Endpoint } from '@dht/krpc'
import type { Host } from '../host/host.ts'
import type { World } from '../world.ts'
import type { WorldEvent } from '../world-event.ts'

export interface Reflection {
  /** Forged queries, and their bytes. */
  readonly queries: number
  readonly bytesReceived: number
  /** Bytes of all packets to the sources, checks included. */
  readonly bytesSent: number
  /** Replies that are longer than their query. */
  readonly longer: number
  /** Bytes of a reply for each byte of its query, most. */
  readonly worstReply: number
}

export class ReflectionMeter {
  readonly #victim: Host
  readonly #sources: ReadonlySet<string>
  readonly #end: () => void
  #counts = newCounts()

  /** Measures from now on. */
  constructor(world: World, victim: Host, sources: readonly Endpoint[]) {
    this.#victim = victim
    this.#sources = new Set(sources.map(({ address }) => address))
    this.#end = world.watch((event) => this.#onEvent(event))
  }

  /** Returns what was measured, and begins anew. */
  take(): Reflection {
    const counts = this.#counts
    this.#counts = newCounts()
    return counts
  }

  end(): void {
    this.#end()
  }

  #onEvent(event: WorldEvent): void {
    if (!('effects' in event) || event.host !== this.#victim.number) return
    const counts = this.#counts
    const packet = event.kind === 'received' ? event.packet : undefined
    const isForged = packet !== undefined && this.#sources.has(packet.from.address)
    const asked = isForged ? packet.bytes.length : 0
    if (isForged) {
      counts.queries++
      counts.bytesReceived += asked
    }
    let replied = 0
    for (const effect of event.effects) {
      if (effect.kind !== 'send' || !this.#sources.has(effect.endpoint.address)) continue
      const { length } = effect.bytes
      counts.bytesSent += length
      // The first packet of the event is the reply. What follows it is a check.
      if (replied === 0) replied = length
    }
    if (!isForged) return
    if (replied > asked) counts.longer++
    counts.worstReply = Math.max(counts.worstReply, replied / asked)
  }
}

function newCounts(): Record<keyof Reflection, number> {
  return { queries: 0, bytesReceived: 0, bytesSent: 0, longer: 0, worstReply: 0 }
}
