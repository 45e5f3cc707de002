// Counts the packets that honest nodes send to strangers, which liars have named: in all, in each
// lookup, and by one node in one minute because of one liar. A packet counts for the liar that has
// named its endpoint to the sender last.

import { contactsFromCompact, decodeMessage, type Endpoint, formatEndpoint } from '@dht/krpc'
import { isStranger } from '../adversaries/pointer.ts'
import type { Host } from '../host/host.ts'
import type { World } from '../world.ts'
import type { Packet, WorldEvent } from '../world-event.ts'

const MINUTE_MS = 60_000

/** What was counted since the last time. */
export interface StrangerCount {
  readonly perMinute: number
  readonly bytesPerMinute: number
  /** Packets of each lookup to strangers. */
  readonly perLookup: readonly number[]
  /** Most packets of one lookup to one endpoint. */
  readonly mostToEndpoint: number
  /** Most packets of one node in one minute to endpoints that one liar has named. */
  readonly mostOfSource: number
}

/** Packets by endpoint. */
type Counts = Map<string, number>

export class StrangerMeter {
  readonly #world: World
  /** Who has named an endpoint to a node last, by node and endpoint. */
  readonly #namers = new Map<string, number>()
  /** Packets in the present minute, by node and liar. */
  readonly #ofSource: Counts = new Map()
  /** Lookups under way, by node. */
  readonly #lookups = new Map<number, Counts>()
  #minute = 0
  #since: number
  #packets = 0
  #bytes = 0
  #mostOfSource = 0
  #ended: Counts[] = []

  /** Counts from now on. */
  constructor(world: World) {
    this.#world = world
    this.#since = world.now
    world.watch((event) => this.#onEvent(event))
  }

  /** At most one lookup of a node is counted at a time. */
  lookupBegan({ number }: Host): void {
    this.#lookups.set(number, new Map())
  }

  lookupEnded({ number }: Host): void {
    const counts = this.#lookups.get(number)
    if (counts !== undefined) this.#ended.push(counts)
    this.#lookups.delete(number)
  }

  /** Returns what was counted, and begins anew. */
  take(): StrangerCount {
    const minutes = Math.max(1, this.#world.now - this.#since) / MINUTE_MS
    const perLookup = this.#ended.map((counts) => sumOf(counts.values()))
    const most = this.#ended.map((counts) => Math.max(0, ...counts.values()))
    const counted = {
      perMinute: this.#packets / minutes,
      bytesPerMinute: this.#bytes / minutes,
      perLookup,
      mostToEndpoint: Math.max(0, ...most),
      mostOfSource: this.#mostOfSource,
    }
    this.#since = this.#world.now
    this.#packets = 0
    this.#bytes = 0
    this.#mostOfSource = 0
    this.#ended = []
    return counted
  }

  #onEvent(event: WorldEvent): void {
    if (!('effects' in event)) return
    if (this.#world.hosts[event.host]?.core === undefined) return
    if (event.kind === 'received') this.#learnNamed(event.host, event.packet)
    for (const effect of event.effects) {
      if (effect.kind === 'send' && isStranger(effect.endpoint)) {
        this.#count(event.host, effect.endpoint, effect.bytes.length)
      }
    }
  }

  #learnNamed(host: number, { sender, bytes }: Packet): void {
    if (sender === undefined || this.#world.hosts[sender]?.core !== undefined) return
    const message = decodeMessage(bytes, this.#world.protocol)
    if (message.kind !== 'response' || message.nodes === undefined) return
    const { idLength } = this.#world.protocol
    for (const { endpoint } of contactsFromCompact(message.nodes, idLength, 4)) {
      if (isStranger(endpoint)) this.#namers.set(`${host} ${formatEndpoint(endpoint)}`, sender)
    }
  }

  #count(host: number, to: Endpoint, bytes: number): void {
    const name = formatEndpoint(to)
    this.#packets++
    this.#bytes += bytes
    const lookup = this.#lookups.get(host)
    if (lookup !== undefined) countUp(lookup, name)
    const minute = Math.floor(this.#world.now / MINUTE_MS)
    if (minute !== this.#minute) this.#ofSource.clear()
    this.#minute = minute
    const source = this.#namers.get(`${host} ${name}`)
    if (source === undefined) return
    this.#mostOfSource = Math.max(this.#mostOfSource, countUp(this.#ofSource, `${host} ${source}`))
  }
}

function countUp(counts: Counts, name: string): number {
  const count = (counts.get(name) ?? 0) + 1
  counts.set(name, count)
  return count
}

function sumOf(numbers: Iterable<number>): number {
  let sum = 0
  for (const each of numbers) sum += each
  return sum
}
