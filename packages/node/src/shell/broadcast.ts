// A stream of items for any number of readers, each at its own pace. A bounded number of items is
// kept: a reader that falls behind continues with the oldest of them. A reader can leave at any
// time, also while it waits; an async generator could leave only at the next item.

const DONE = { done: true, value: undefined } as const

export class Broadcast<T> {
  readonly #keep: number
  /** A ring: the nth item is at n modulo `keep`. */
  readonly #items: T[] = []
  readonly #waiting = new Set<() => void>()
  #pushed = 0
  #end: { readonly error?: unknown } | undefined

  /** @param keep - most items kept for slow readers, at least 1 */
  constructor(keep: number) {
    this.#keep = keep
  }

  push(item: T): void {
    if (this.#end !== undefined) return
    this.#items[this.#pushed % this.#keep] = item
    this.#pushed++
    this.#wakeReaders()
  }

  /** Ends the stream. After the items that are kept, readers end, or throw `error` once. */
  end(error?: unknown): void {
    this.#end ??= error === undefined ? {} : { error }
    this.#wakeReaders()
  }

  /**
   * Reads from the oldest item that is kept.
   *
   * @param left - called once when the reader leaves before the end
   * @param isForLate - whether a reader gets an item that came before it; by default each
   */
  read(
    left: () => void = () => {},
    isForLate: (item: T) => boolean = () => true,
  ): AsyncIterableIterator<T> {
    const cameAt = this.#pushed
    let at = this.#first
    let isOver = false
    let turn: Promise<unknown> = Promise.resolve()

    const take = async (): Promise<IteratorResult<T, undefined>> => {
      while (!isOver) {
        at = Math.max(at, this.#first)
        if (at < this.#pushed) {
          const value = this.#items[at % this.#keep] as T
          at++
          if (at <= cameAt && !isForLate(value)) continue
          return { done: false, value }
        }
        if (this.#end === undefined) {
          await new Promise<void>((resume) => this.#waiting.add(resume))
        } else {
          isOver = true
          if ('error' in this.#end) throw this.#end.error
        }
      }
      return DONE
    }

    return {
      [Symbol.asyncIterator]() {
        return this
      },
      // One call at a time, so that calls that are not awaited get their items in order.
      next() {
        const taken = turn.then(take)
        turn = taken.catch(() => {})
        return taken
      },
      return: async () => {
        if (isOver) return DONE
        isOver = true
        this.#wakeReaders()
        left()
        return DONE
      },
    }
  }

  /** Number of the oldest item that is kept. */
  get #first(): number {
    return Math.max(0, this.#pushed - this.#keep)
  }

  #wakeReaders(): void {
    for (const resume of this.#waiting) resume()
    this.#waiting.clear()
  }
}
