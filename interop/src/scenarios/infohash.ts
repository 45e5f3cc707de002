// Info hashes of torrents that nobody has.

import { randomBytes } from 'node:crypto'

/** @returns 20 bytes in hex, new each time */
export function newInfohash(): string {
  return randomBytes(20).toString('hex')
}
