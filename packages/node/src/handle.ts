// One wish in two shapes: awaited it gives its result, iterated it streams what comes on the way. A
// handle that nobody looks at is no trouble: its failure is not an unhandled rejection.

import { Feed } from './feed.ts'

/** Ends a wish; the handle's only power over the node. */
export type Cancel = () => void

export class Handle<Item, Result> implements PromiseLike<Result>, AsyncIterable<Item> {
  readonly #feed: Feed<Item>
  readonly #result: Promise<Result>
  readonly #cancel: Cancel
  #settle: { resolve: (result: Result) => void; reject: (error: unknown) => void } | undefined

  /** @param keep - items kept for readers that fall behind */
  constructor(keep: number, cancel: Cancel) {
    this.#feed = new Feed(keep)
    this.#cancel = cancel
    this.#result = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject }
    })
    this.#result.catch(() => {})
  }

  // biome-ignore lint/suspicious/noThenProperty: being awaitable is what this class is for
  then<A = Result, B = never>(
    fulfilled?: ((result: Result) => A | PromiseLike<A>) | null,
    rejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#result.then(fulfilled, rejected)
  }

  /** Every item so far and to come; leaving the loop early cancels the wish. */
  [Symbol.asyncIterator](): AsyncGenerator<Item, void, undefined> {
    return this.#feed.read('start', this.#cancel)
  }

  /** @internal */
  push(item: Item): void {
    this.#feed.push(item)
  }

  /** @internal The result is known; the stream may go on. */
  resolve(result: Result): void {
    this.#settle?.resolve(result)
  }

  /** @internal The wish can't be met; no effect once it was. */
  fail(error: unknown): void {
    this.#settle?.reject(error)
  }

  /** @internal The stream is over. */
  end(error?: unknown): void {
    this.#feed.end(error)
  }
}
