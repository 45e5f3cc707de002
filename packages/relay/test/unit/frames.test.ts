// The messages of the protocol: read as they were written, and any bytes or text without an error.

import { endpoint } from '@dht/krpc'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { readFrame, writeDatagram, writeFailure } from '../../src/protocol/frame.ts'
import { readHello, readWelcome, writeHello, writeWelcome } from '../../src/protocol/hello.ts'

const port = fc.integer({ min: 1, max: 65_535 })
const anyEndpoint = fc
  .tuple(fc.oneof(fc.ipV4(), fc.ipV6()), port)
  .map(([address, at]) => endpoint(address, at))
const anyBytes = fc.uint8Array({ maxLength: 1_500 })

it('RELAY-2: what is written is read as it was, in its own address family only', () => {
  fc.assert(
    fc.property(anyEndpoint, anyBytes, fc.string({ maxLength: 30 }), (at, bytes, text) => {
      const { family } = at
      const datagram = { bytes, endpoint: at }
      expect(readFrame(writeDatagram(datagram), family)).toEqual({ kind: 'datagram', ...datagram })
      const code = `E${text.replace(/[^A-Z]/g, '')}`
      const failure = { to: at, code }
      expect(readFrame(writeFailure(failure), family)).toEqual({ kind: 'failure', ...failure })
      const hello = { network: text, family, secret: text }
      expect(readHello(writeHello(hello))).toEqual(hello)
      const welcome = { local: at, aliveEveryMs: 1 + bytes.length, nodes: [at] }
      expect(readWelcome(writeWelcome(welcome))).toEqual(welcome)
    }),
  )
})

it('RELAY-3: any bytes and any text are read without an error', () => {
  const family = fc.constantFrom(4 as const, 6 as const)
  const near = fc.constantFrom('hello', 'welcome').chain((name) => {
    return fc.json().map((json) => `{"${name}":${json}}`)
  })
  fc.assert(
    fc.property(anyBytes, family, fc.oneof(fc.string(), fc.json(), near), (bytes, of, text) => {
      const frame = readFrame(bytes, of)
      if (frame?.kind === 'datagram') expect(writeDatagram(frame)).toEqual(bytes)
      for (const read of [readHello(text), readWelcome(text)]) {
        expect(read === undefined || typeof read === 'object').toBe(true)
      }
    }),
  )
})
