// Ids as people read them: the first few digits tell a few dozen nodes apart.

import { type Id, idToHex } from '@dht/id'

/** The first eight hex digits, 32 bits. */
export function shortId(id: Id): string {
  return idToHex(id).slice(0, 8)
}
