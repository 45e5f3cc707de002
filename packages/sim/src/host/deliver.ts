// Gives a packet to a process. Bytes are lent as by a real transport: the process gets a copy that
// is overwritten afterwards, so that code which kept a view of it fails in every test.

import type { Effect } from '@dht/node/core'
import type { LazyPacket } from '../network/lazy-packet.ts'
import type { Process } from './process.ts'

/** @param now - the host's clock, ms @returns what the process returned */
export function deliver(
  { content, from }: LazyPacket,
  program: Process,
  now: number,
): readonly Effect[] {
  const receive = (bytes: Uint8Array): readonly Effect[] => program.receive(bytes, from, now)
  if (content instanceof Uint8Array) return lend(content, receive)
  return program.receiveMessage?.(content, from, now) ?? lend(content.bytes, receive)
}

function lend<T>(bytes: Uint8Array, receive: (bytes: Uint8Array) => T): T {
  const lent = bytes.slice()
  const result = receive(lent)
  lent.fill(0xee)
  return result
}
