// Responds correctly, but so late that the response arrives just before the asker gives the query
// up. It responds to pings at once.

import { type Endpoint, endpointKey, type Query, type Response } from '@dht/krpc'
import { type Attacker, type AttackerInit, AttackerProcess } from './attacker.ts'

/** How much earlier than the last moment a response arrives, ms: packets vary. */
const MARGIN_MS = 60
/** The longest round trip that is expected of an asker that was not measured yet, ms. */
const UNKNOWN_MS = 150

export interface SlowOptions {
  /** How long an asker waits for a response, ms, as was learned with a node of one's own. */
  readonly patienceMs: number
}

class Slow extends AttackerProcess {
  readonly #patienceMs: number
  /** When each honest node was queried last, and its longest round trip, ms. */
  readonly #asked = new Map<string, number>()
  readonly #roundTrips = new Map<string, number>()
  /** Queries that wait for their response: an asker sends them again. */
  readonly #waiting = new Set<string>()

  constructor(init: AttackerInit, { patienceMs }: SlowOptions) {
    super(init)
    this.#patienceMs = patienceMs
  }

  override respond(query: Query, from: Endpoint): Uint8Array | undefined {
    const reply = this.honestReply(query)
    if (query.method === 'ping' || query.method === 'announce_peer') return reply
    const asker = endpointKey(from)
    const name = `${asker} ${String(query.transactionId)}`
    if (this.#waiting.has(name)) return undefined
    this.#waiting.add(name)
    const { now } = this.world
    const roundTripMs = this.#roundTrips.get(asker) ?? UNKNOWN_MS
    const afterMs = Math.max(0, Math.floor(this.#patienceMs - roundTripMs - MARGIN_MS))
    this.world.at(now + afterMs, () => {
      this.#waiting.delete(name)
      this.send(reply, from)
    })
    return undefined
  }

  override sendQuery(...[to, content]: Parameters<AttackerProcess['sendQuery']>): void {
    this.#asked.set(endpointKey(to), this.world.now)
    super.sendQuery(to, content)
  }

  override onResponse(_response: Response, from: Endpoint, now: number): void {
    const key = endpointKey(from)
    const askedAt = this.#asked.get(key)
    if (askedAt === undefined) return
    this.#asked.delete(key)
    this.#roundTrips.set(key, Math.max(this.#roundTrips.get(key) ?? 0, now - askedAt))
  }
}

/** Makes lookups wait. */
export function slow(options: SlowOptions): Attacker {
  return (init) => new Slow(init, options)
}
