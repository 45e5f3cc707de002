// Keeps from `multicast-dns` the datagrams that take long to decode. Names that point to names make
// the time grow with the square of the number of names: seconds for one large datagram.

import type { Buffer } from 'node:buffer'
import type { EventEmitter } from 'node:events'

/** Longest datagram, bytes (RFC 6762 §17). */
const MAX_BYTES = 9_000
/** Questions and records of a datagram that is read: ours. As many as fit into 1,500 bytes. */
const MAX_ENTRIES = 128

const HEADER_BYTES = 12
/** Where the header has the four numbers of entries. */
const COUNTS_AT = [4, 6, 8, 10] as const

/** @param socket - tells the listeners that it has by now of fewer datagrams */
export function guardMessages(socket: EventEmitter): void {
  const listeners = socket.listeners('message')
  socket.removeAllListeners('message')
  socket.on('message', (bytes: Buffer, from: unknown) => {
    if (isQuicklyRead(bytes)) for (const listener of listeners) listener(bytes, from)
  })
}

function isQuicklyRead(bytes: Buffer): boolean {
  if (bytes.length < HEADER_BYTES || bytes.length > MAX_BYTES) return false
  const entries = COUNTS_AT.reduce((sum, at) => sum + bytes.readUInt16BE(at), 0)
  return entries <= MAX_ENTRIES
}
