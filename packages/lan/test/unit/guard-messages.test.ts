// Datagrams of multicast DNS that would take long to decode.

import { EventEmitter } from 'node:events'
import { encode } from 'dns-packet'
import { expect, it } from 'vitest'
import { guardMessages } from '../../src/guard-messages.ts'
import { recordsOf, SERVICE_TYPE } from '../../src/service-records.ts'

function isHeard(bytes: Buffer): boolean {
  const heard: unknown[] = []
  const socket = new EventEmitter()
  socket.on('message', (...told) => heard.push(...told))
  guardMessages(socket)
  socket.emit('message', bytes, 'sender')
  expect([[], [bytes, 'sender']]).toContainEqual(heard)
  return heard.length > 0
}

/** Questions, the name of each of which is a pointer to the question before it. */
function chain(bytes: number): Buffer {
  const header = Buffer.alloc(12)
  const parts = [header, Buffer.from([0, 0, 12, 0, 1])]
  for (let [at, before] = [17, 12]; at + 6 <= bytes; [at, before] = [at + 6, at]) {
    parts.push(Buffer.from([0xc0 | (before >> 8), before & 0xff, 0, 12, 0, 1]))
  }
  header.writeUInt16BE(parts.length - 1, 4)
  return Buffer.concat(parts)
}

it('what nodes send is heard', () => {
  const node = { instance: 'dht-00', network: 'dht256', address: '10.0.0.1', port: 1 }
  expect(isHeard(encode({ type: 'response', ...recordsOf(node) } as never))).toBe(true)
  const questions = [{ name: SERVICE_TYPE, type: 'PTR' }] as const
  const known = { name: SERVICE_TYPE, type: 'PTR', data: `dht-00.${SERVICE_TYPE}` } as const
  const answers = Array.from({ length: 40 }, () => known)
  expect(isHeard(encode({ type: 'query', questions: [...questions], answers }))).toBe(true)
})

it('what takes long to decode is not', () => {
  expect(isHeard(chain(128 * 6))).toBe(true)
  for (const bytes of [1_472, 9_000, 16_000]) expect(isHeard(chain(bytes))).toBe(false)
  expect(isHeard(Buffer.alloc(9_001))).toBe(false)
  expect(isHeard(Buffer.alloc(11))).toBe(false)
  for (const at of [4, 6, 8, 10]) {
    const many = Buffer.alloc(100)
    many.writeUInt16BE(129, at)
    expect(isHeard(many)).toBe(false)
  }
})
