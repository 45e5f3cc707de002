// One operation in two shapes: a promise of its result, and a stream of what comes on the way. A
// handle that nobody looks at is no trouble: its failure is not an unhandled rejection. It ends
// before its time only when its last reader leaves and nobody awaits its result.

import { Broadcast } from './broadcast.ts'

/** Ends an operation; the handle's only power over the node. */
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
   * @param keep - items kept for readers that fall behind
   * @param cancel - called when the last reader leaves before the end and nobody awaits the result
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

  /** Every item so far and to come, for each reader anew. */
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

  /**
   * @internal The operation can't be met: no effect on a result once known; the stream ends so too.
   */
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
