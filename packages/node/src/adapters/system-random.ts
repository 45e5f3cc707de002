// Random bytes of the operating system, read in blocks: one system call gives some hundred ids.

import type { RandomSource } from '@dht/id'

const BLOCK_BYTES = 4096

/** Most bytes of one call of `getRandomValues` (Web Cryptography API §10.1.1). */
const MOST_BYTES = 65_536

export function systemRandom(): RandomSource {
  let block = new Uint8Array(0)
  let used = 0
  return (length) => {
    if (length > BLOCK_BYTES) return filled(length)
    if (used + length > block.length) {
      block = filled(BLOCK_BYTES)
      used = 0
    }
    used += length
    return block.slice(used - length, used)
  }
}

function filled(length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length)
  for (let at = 0; at < length; at += MOST_BYTES) {
    crypto.getRandomValues(bytes.subarray(at, at + MOST_BYTES))
  }
  return bytes
}
