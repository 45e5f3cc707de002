// Random bytes of the operating system, read in blocks: one system call gives some hundred ids.

import { randomFillSync } from 'node:crypto'
import type { RandomSource } from '@dht/id'

const BLOCK_BYTES = 4096

export function systemRandom(): RandomSource {
  let block = new Uint8Array(0)
  let used = 0
  return (length) => {
    if (length > BLOCK_BYTES) return randomFillSync(new Uint8Array(length))
    if (used + length > block.length) {
      block = randomFillSync(new Uint8Array(BLOCK_BYTES))
      used = 0
    }
    used += length
    return block.slice(used - length, used)
  }
}
