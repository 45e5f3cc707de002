// Items that come over time, for any number of readers at their own pace. Keeps a bounded tail: a
// reader that falls behind it goes on with the oldest item kept.

export class Feed<T> {
  readonly #keep: number
  readonly #items: T[] = []
  readonly #waiting = new Set<() => void>()
  #first = 0
  #end: { readonly error?: unknown } | undefined

  /** @param keep - items kept for readers that are behind, at least 1 */
  constructor(keep: number) {
    this.#keep = keep
  }

  push(item: T): void {
    if (this.#end !== undefined) return
    this.#items.push(item)
    if (this.#items.length > this.#keep) {
      this.#items.shift()
      this.#first++
    }
    this.#wakeReaders()
  }

  /** Nothing more will come; readers end, or throw `error`, after what is kept. */
  end(error?: unknown): void {
    this.#end ??= error === undefined ? {} : { error }
    this.#wakeReaders()
  }

  /** Reads from the oldest item kept, or only what is yet to come; `left` is called when a reader leaves. */
  async *read(
    from: 'start' | 'now',
    left: () => void = () => {},
  ): AsyncGenerator<T, void, undefined> {
    let at = from === 'start' ? this.#first : this.#first + this.#items.length
    try {
      for (;;) {
        at = Math.max(at, this.#first)
        const index = at - this.#first
        if (index < this.#items.length) {
          at++
          yield this.#items[index] as T
        } else if (this.#end === undefined) {
          await new Promise<void>((resolve) => this.#waiting.add(resolve))
        } else if ('error' in this.#end) {
          throw this.#end.error
        } else {
          return
        }
      }
    } finally {
      left()
    }
  }

  #wakeReaders(): void {
    for (const resume of this.#waiting) resume()
    this.#waiting.clear()
  }
}
