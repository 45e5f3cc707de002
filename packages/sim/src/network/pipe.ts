// A limited bandwidth with a bounded queue. A packet waits for the packets before it, and is
// dropped if it would wait for too long.

import { argumentError } from '../errors.ts'

export interface PipeOptions {
  readonly bytesPerSecond: number
  /** Longest wait in the queue, ms. Default 500, our choice: home routers have such queues. */
  readonly queueMs?: number
}

export class Pipe {
  readonly #msPerByte: number
  readonly #queueMs: number
  /** When the last accepted byte has been sent, ms. */
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

  /** @returns when the last byte has passed, ms, whole; undefined: the packet is dropped */
  through(bytes: number, now: number): number | undefined {
    const begins = Math.max(this.#freeAt, now)
    if (begins - now > this.#queueMs) return undefined
    this.#freeAt = begins + bytes * this.#msPerByte
    return Math.ceil(this.#freeAt)
  }
}
