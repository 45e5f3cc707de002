// The endpoints that this node has written to lately. An address translation or a firewall lets
// datagrams of such an endpoint in, so a query from it does not show that others reach the node.

import { type Endpoint, endpointKey } from '@dht/krpc'

/**
 * How long an endpoint counts as written to, ms: ours, twice the time for which a translation
 * should keep a UDP mapping (RFC 4787, REQ-5: 5 min recommended).
 */
export const WRITTEN_MS: number = 10 * 60_000

/**
 * Endpoints remembered: ours, 2 MiB at most. The one written to longest ago is forgotten first.
 * A query from a forgotten endpoint counts as one of a stranger.
 */
export const MAX_WRITTEN = 16_384

export class WrittenEndpoints {
  /** When each was last written to, by key, the latest last. */
  readonly #writtenAt = new Map<string, number>()

  /** Endpoints remembered, including those written to too long ago. */
  get size(): number {
    return this.#writtenAt.size
  }

  /** A datagram was sent to `to`. */
  add(to: Endpoint, now: number): void {
    const key = endpointKey(to)
    // Deleted first, so that the latest comes last.
    this.#writtenAt.delete(key)
    this.#writtenAt.set(key, now)
    if (this.#writtenAt.size <= MAX_WRITTEN) return
    const [oldest] = this.#writtenAt.keys()
    this.#writtenAt.delete(oldest as string)
  }

  /** Whether a datagram was sent to `endpoint` within {@link WRITTEN_MS}. */
  has(endpoint: Endpoint, now: number): boolean {
    const writtenAt = this.#writtenAt.get(endpointKey(endpoint))
    return writtenAt !== undefined && now < writtenAt + WRITTEN_MS
  }
}
