// The handle of an operation: a promise of its result and a stream of its items. The failure of a
// handle that is neither awaited nor read is not an unhandled rejection. When its last reader
// leaves and its result is not awaited, the operation is cancelled.

import { Broadcast } from './broadcast.ts'

/** Cancels the operation of a handle. */
export type Cancel = () => void

export class Handle<Item, Result> implements Promise<Result>, AsyncIterable<Item> {
  readonly #broadcast: Broadcast<Item>
  readonly #result: Promise<Result>
  readonly #cancel: Cancel
  #readers = 0
  #isAwaited = false
  #settle: { resolve: (result: Result) => void; reject: (error: unknown) => void } | undefined

  /**
   * @internal
   * @param keep - most items kept for slow readers
   * @param cancel - called when the last reader leaves before the end and the result is not awaited
   */
  constructor(keep: number, cancel: Cancel) {
    this.#broadcast = new Broadcast(keep)
    this.#cancel = cancel
    this.#result = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject }
    })
    this.#result.catch(() => {})
  }

  get [Symbol.toStringTag](): string {
    return 'Handle'
  }

  // biome-ignore lint/suspicious/noThenProperty: being awaitable is what this class is for
  then<A = Result, B = never>(
    fulfilled?: ((result: Result) => A | PromiseLike<A>) | null,
    rejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.#isAwaited = true
    return this.#result.then(fulfilled, rejected)
  }

  catch<B = never>(
    rejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<Result | B> {
    this.#isAwaited = true
    return this.#result.catch(rejected)
  }

  finally(settled?: (() => void) | null): Promise<Result> {
    this.#isAwaited = true
    return this.#result.finally(settled)
  }

  /** Each reader gets every item, past and future. */
  [Symbol.asyncIterator](): AsyncIterableIterator<Item> {
    this.#readers++
    return this.#broadcast.read(() => this.#left())
  }

  /** @internal */
  push(item: Item): void {
    this.#broadcast.push(item)
  }

  /** @internal The result is known; the stream may go on. */
  resolve(result: Result): void {
    this.#settle?.resolve(result)
  }

  /** @internal The operation has failed: the stream ends with the error, and so does the result. */
  fail(error: unknown): void {
    this.#settle?.reject(error)
    this.#broadcast.end(error)
  }

  /** @internal The stream is over. */
  end(): void {
    this.#broadcast.end()
  }

  #left(): void {
    this.#readers--
    if (this.#readers === 0 && !this.#isAwaited) this.#cancel()
  }
}
