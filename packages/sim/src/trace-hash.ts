// A hash of everything that happened in a world, in order: two words of 32 bits. Two runs with
// equal hashes took the same course. The hash covers instants, host numbers and bytes, but no
// names, so renaming code does not change it. It is not cryptographic: nobody gains from a
// collision.

export class TraceHash {
  #a = 0x5bd1e995
  #b = 0x1b873593

  /** Adds a whole number. Of a larger one the lowest 32 bits count. */
  add(value: number): void {
    const word = Math.imul(value, 0xcc9e2d51)
    const a = this.#a ^ Math.imul((word << 15) | (word >>> 17), 0x1b873593)
    this.#a = (Math.imul((a << 13) | (a >>> 19), 5) + 0xe6546b64) | 0
    this.#b = (Math.imul(((this.#b << 11) | (this.#b >>> 21)) ^ value, 0x9e3779b1) + 1) | 0
  }

  addBytes(bytes: Uint8Array): void {
    const { length } = bytes
    const whole = length & ~3
    let i = 0
    for (; i < whole; i += 4) {
      this.add(
        (bytes[i] as number) |
          ((bytes[i + 1] as number) << 8) |
          ((bytes[i + 2] as number) << 16) |
          ((bytes[i + 3] as number) << 24),
      )
    }
    let rest = length << 24
    for (let shift = 0; i < length; i++, shift += 8) rest ^= (bytes[i] as number) << shift
    this.add(rest)
  }

  /** Adds the hash of another run, 16 hex digits. */
  addHash(hex: string): void {
    this.add(Number.parseInt(hex.slice(0, 8), 16))
    this.add(Number.parseInt(hex.slice(8), 16))
  }

  /** 16 hex digits. */
  get value(): string {
    const hex = (lane: number): string => (lane >>> 0).toString(16).padStart(8, '0')
    return hex(this.#a) + hex(this.#b)
  }
}
