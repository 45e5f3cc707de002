// The endpoints whose addresses are not forged: a datagram came from there that only a node that
// receives there could send, such as the response to a query of ours. What is sent to any other
// endpoint may reach a third party whose address somebody forges in queries.

import type { Endpoint } from '@dht/krpc'
import { subnetKeyOf } from '../overlay/host-key.ts'

/** An endpoint stays proven for this long to twice this long after its last proof, ms. */
export const PROVEN_MS: number = 15 * 60_000

/** Most endpoints remembered of the current span, and of the one before: ours, 6 MiB in all. */
export const MAX_PROVEN = 16_384

/**
 * Most endpoints of one subnet (IPv4 /24, IPv6 /48) in a span: ours, a sixteenth. Ports cost
 * nothing, so without this bound one host could displace all others.
 */
export const MAX_PROVEN_PER_SUBNET = 1_024

export class ProvenEndpoints {
  /** The proven ports of each address: one, or several. */
  #current = new Map<string, number | Set<number>>()
  #previous: ReadonlyMap<string, number | Set<number>> = new Map()
  /** The endpoints of the current span, by subnet, the latest last. */
  #bySubnet = new Map<string, Endpoint[]>()
  #size = 0
  #spanAt = Number.NEGATIVE_INFINITY

  /** A proof came from this endpoint. */
  add(endpoint: Endpoint, now: number): void {
    this.#startSpan(now)
    const { address, port } = endpoint
    if (isIn(this.#current.get(address), port)) return
    if (this.#size >= MAX_PROVEN) this.#turn(now)
    this.#size++
    const known = this.#current.get(address)
    if (known === undefined) this.#current.set(address, port)
    else if (typeof known === 'number') this.#current.set(address, new Set([known, port]))
    else known.add(port)
    this.#countInSubnet(endpoint)
  }

  /**
   * Whether a proof came from there within {@link PROVEN_MS}, or up to twice that. False also if
   * more than {@link MAX_PROVEN} other endpoints, or {@link MAX_PROVEN_PER_SUBNET} others of its
   * subnet, were added since.
   */
  has({ address, port }: Endpoint, now: number): boolean {
    this.#startSpan(now)
    return isIn(this.#current.get(address), port) || isIn(this.#previous.get(address), port)
  }

  /** Endpoints of the current span. */
  get size(): number {
    return this.#size
  }

  /** The oldest endpoint of a subnet that has too many gives way. */
  #countInSubnet(endpoint: Endpoint): void {
    const subnet = subnetKeyOf(endpoint)
    const all = this.#bySubnet.get(subnet)
    if (all === undefined) this.#bySubnet.set(subnet, [endpoint])
    else if (all.push(endpoint) > MAX_PROVEN_PER_SUBNET) this.#forget(all.shift() as Endpoint)
  }

  #forget({ address, port }: Endpoint): void {
    this.#size--
    const known = this.#current.get(address)
    if (typeof known === 'object' && known.size > 1) known.delete(port)
    else this.#current.delete(address)
  }

  /** Starts a new span when the current one is over. A clock that was set back starts one too. */
  #startSpan(now: number): void {
    if (now >= this.#spanAt && now < this.#spanAt + PROVEN_MS) return
    const age = now - this.#spanAt
    // Spans follow each other without a gap, so that nothing is remembered for longer than two.
    const isNext = age >= 0 && age < 2 * PROVEN_MS
    this.#turn(isNext ? this.#spanAt + PROVEN_MS : now)
    if (!isNext) this.#previous = new Map()
  }

  #turn(spanAt: number): void {
    this.#previous = this.#current
    this.#current = new Map()
    this.#bySubnet = new Map()
    this.#size = 0
    this.#spanAt = spanAt
  }
}

function isIn(ports: number | Set<number> | undefined, port: number): boolean {
  return typeof ports === 'object' ? ports.has(port) : ports === port
}
