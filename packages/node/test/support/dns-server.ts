// A name server on the loopback. It knows some names, and does not respond to others.

import { createSocket } from 'node:dgram'
import { once } from 'node:events'

/** Record type of IPv6 addresses (RFC 3596). */
const AAAA = 28

export interface DnsServer {
  /** The address, as a resolver takes it. */
  readonly address: string
  /** Names queried, with their record type. */
  readonly asked: readonly string[]
  close(): Promise<void>
}

/** @param records - 4 or 6 bytes by `name A` or `name AAAA`; names without an entry are unknown */
export async function dnsServer(
  records: Readonly<Record<string, readonly number[]>>,
  isSilent: (question: string) => boolean = () => false,
): Promise<DnsServer> {
  const asked: string[] = []
  const socket = createSocket('udp4')
  socket.on('message', (query, from) => {
    const { name, type, end } = questionOf(query)
    const question = `${name} ${type === AAAA ? 'AAAA' : 'A'}`
    asked.push(question)
    if (!isSilent(question)) socket.send(reply(query, end, records[question]), from.port)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return {
    address: `127.0.0.1:${socket.address().port}`,
    asked,
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  }
}

/** The question of a DNS query (RFC 1035 §4.1.2), and where it ends. */
function questionOf(query: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = []
  let at = 12
  for (let length = query[at]!; length > 0; length = query[at]!) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length))
    at += 1 + length
  }
  return { name: labels.join('.'), type: query.readUInt16BE(at + 1), end: at + 5 }
}

function reply(query: Buffer, end: number, address: readonly number[] | undefined): Buffer {
  const header = Buffer.from(query.subarray(0, 12))
  // A response, recursion available; no such name where there is no address (RFC 1035 §4.1.1).
  header.writeUInt16BE(address === undefined ? 0x8183 : 0x8180, 2)
  header.writeUInt16BE(address === undefined ? 0 : 1, 6)
  header.writeUInt32BE(0, 8)
  if (address === undefined) return Buffer.concat([header, query.subarray(12, end)])
  const type = address.length === 4 ? 1 : AAAA
  const answer = Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 60, 0, address.length, ...address])
  return Buffer.concat([header, query.subarray(12, end), answer])
}
