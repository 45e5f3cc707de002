// When each node may be asked for a sample again. All walks of a node share it, so that a node gets
// one query per interval, however many walks there are. BEP 51.

/** Nodes remembered: ours, at most some 10 MiB. While it is full no other node is asked. */
export const MAX_SAMPLED_NODES = 65_536

export class SampledNodes {
  readonly #max: number
  /** By endpoint key: from when on the node may be asked, ms. */
  readonly #againAt = new Map<string, number>()

  constructor(max: number = MAX_SAMPLED_NODES) {
    this.#max = max
  }

  get size(): number {
    return this.#againAt.size
  }

  /** Whether the node may be asked now, and remembered afterwards. */
  mayAsk(key: string, now: number): boolean {
    const againAt = this.#againAt.get(key)
    if (againAt !== undefined) return now >= againAt
    if (this.#againAt.size >= this.#max) this.#dropDue(now)
    return this.#againAt.size < this.#max
  }

  /** The node was asked, or has told its interval. */
  note(key: string, againAt: number): void {
    this.#againAt.set(key, againAt)
  }

  /** The node was not asked after all. */
  forget(key: string): void {
    this.#againAt.delete(key)
  }

  #dropDue(now: number): void {
    for (const [key, againAt] of this.#againAt) if (now >= againAt) this.#againAt.delete(key)
  }
}
