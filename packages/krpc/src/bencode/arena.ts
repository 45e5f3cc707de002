// Room for bytes that are written once and soon sent: one allocation serves many pieces, because a
// fresh buffer for each costs more than all the writing. What has been handed out is never handed
// out again, so whoever got it may keep it; it keeps its whole arena alive, though.

/** Ours: about fifty replies. Larger saves nothing, smaller allocates more. */
const ARENA_BYTES = 16_384

export class Arena {
  #buffer = new Uint8Array(ARENA_BYTES)
  #start = 0

  /** Where the next bytes will lie in the buffer. */
  get start(): number {
    return this.#start
  }

  /** The buffer, with room for `length` bytes from `start` on. Nothing is handed out yet. */
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
