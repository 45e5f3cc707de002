// The endpoints that this node has written to lately. An address translation or a firewall lets
// datagrams of such an endpoint in, so a query from it does not show that others reach the node.

/**
 * How long an endpoint counts as written to, ms: ours, twice the time for which a translation
 * should keep a UDP mapping (RFC 4787, REQ-5: 5 min recommended).
 */
export const WRITTEN_MS: number = 10 * 60_000

/**
 * Endpoints remembered: ours, 2 MiB at most. The one written to longest ago is forgotten first.
 * A query from a forgotten endpoint counts as one from an endpoint that was never written to.
 */
export const MAX_WRITTEN = 16_384

export class WrittenEndpoints {
  /** When each was last written to, by key, the latest last. */
  readonly #writtenAt = new Map<string, number>()
  /** The last key of the map. */
  #latest: string | undefined

  /** Endpoints remembered, including those written to too long ago. */
  get size(): number {
    return this.#writtenAt.size
  }

  /** A datagram was sent to the endpoint with this key. */
  add(key: string, now: number): void {
    // Deleted first, so that the latest comes last. One endpoint often follows itself.
    if (key !== this.#latest) this.#writtenAt.delete(key)
    this.#writtenAt.set(key, now)
    this.#latest = key
    if (this.#writtenAt.size <= MAX_WRITTEN) return
    const [oldest] = this.#writtenAt.keys()
    this.#writtenAt.delete(oldest as string)
  }

  /** Whether a datagram was sent to the endpoint with this key within {@link WRITTEN_MS}. */
  has(key: string, now: number): boolean {
    const writtenAt = this.#writtenAt.get(key)
    return writtenAt !== undefined && now < writtenAt + WRITTEN_MS
  }
}
