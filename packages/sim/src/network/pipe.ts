// A line of so many bytes per second with a queue of bounded length: what comes when it is busy
// waits for what came before, and what would wait too long is dropped.

import { argumentError } from '../errors.ts'

export interface PipeOptions {
  readonly bytesPerSecond: number
  /** Longest wait in the queue, ms. Default 500: ours; home routers are known for as much. */
  readonly queueMs?: number
}

export class Pipe {
  readonly #msPerByte: number
  readonly #queueMs: number
  /** When the last byte accepted has left, ms. */
  #freeAt = 0

  constructor({ bytesPerSecond, queueMs = 500 }: PipeOptions) {
    if (typeof bytesPerSecond !== 'number' || !(bytesPerSecond > 0)) {
      throw argumentError('bytesPerSecond', 'a positive number', bytesPerSecond)
    }
    if (typeof queueMs !== 'number' || !(queueMs >= 0)) {
      throw argumentError('queueMs', 'a span of at least 0 ms', queueMs)
    }
    this.#msPerByte = 1_000 / bytesPerSecond
    this.#queueMs = queueMs
  }

  /** @returns when the last byte is through, ms, whole; undefined when the queue is full */
  through(bytes: number, now: number): number | undefined {
    const begins = Math.max(this.#freeAt, now)
    if (begins - now > this.#queueMs) return undefined
    this.#freeAt = begins + bytes * this.#msPerByte
    return Math.ceil(this.#freeAt)
  }
}
