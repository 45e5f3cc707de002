// Memory for bytes that are written once and sent soon. One allocation serves many messages,
// because a new buffer for each costs more than all the writing. Bytes that were handed out are
// never written again, but they keep their whole buffer alive.

/** Ours: about fifty responses. A larger buffer saves nothing, a smaller one allocates more. */
const ARENA_BYTES = 16_384

export class Arena {
  #buffer = new Uint8Array(ARENA_BYTES)
  #start = 0

  /** Where the next bytes begin in the buffer. */
  get start(): number {
    return this.#start
  }

  /** The buffer, with at least `length` free bytes from `start` on. */
  reserve(length: number): Uint8Array {
    if (this.#start + length > this.#buffer.length) {
      this.#buffer = new Uint8Array(Math.max(length, ARENA_BYTES))
      this.#start = 0
    }
    return this.#buffer
  }

  /** Hands out `length` bytes. */
  take(length: number): Uint8Array {
    const buffer = this.reserve(length)
    const start = this.#start
    this.#start += length
    return buffer.subarray(start, this.#start)
  }
}
