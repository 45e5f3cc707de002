// sample_infohashes, BEP 51: its messages against the bencode library, and how its reply is cut.

import { decodeMessage, dht256, encodeMessage, mainline, type Response } from '@dht/krpc'
import { anyId } from '@dht/testing'
import bencode from 'bencode'
import fc from 'fast-check'
import { expect, it } from 'vitest'

const ID = 20
const budgets = fc.integer({ min: 120, max: 1_500 })

function records(size: number, max: number): fc.Arbitrary<Uint8Array> {
  return fc
    .nat({ max })
    .chain((n) => fc.uint8Array({ minLength: n * size, maxLength: n * size, size: 'max' }))
}

const anyResponse: fc.Arbitrary<Response> = fc.record({
  kind: fc.constant('response' as const),
  transactionId: fc.uint8Array({ minLength: 4, maxLength: 4 }),
  id: anyId(ID),
  nodes: records(ID + 6, 8),
  interval: fc.bigInt({ min: 0n, max: 21_600n }),
  num: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }),
  samples: records(ID, 40),
})

function read(bytes: Uint8Array): Response {
  const message = decodeMessage(bytes, mainline)
  if (message.kind !== 'response') throw new Error(message.kind)
  return message
}

it('PROTO-73: a sample is written as the library reads it, and read back', () => {
  fc.assert(
    fc.property(anyResponse, (response) => {
      const bytes = encodeMessage(response, mainline, 1_500)
      const { r } = bencode.decode(bytes) as { r: Record<string, unknown> }
      expect(r['samples']).toEqual(response.samples)
      expect(r['interval']).toBe(Number(response.interval))
      expect(read(bytes)).toMatchObject(response)
    }),
  )
})

it('PROTO-73: whole ids are sent, never more than fit, and they are cut before contacts', () => {
  fc.assert(
    fc.property(anyResponse, budgets, (response, budget) => {
      const bytes = encodeMessage(response, mainline, budget)
      expect(bytes.length).toBeLessThanOrEqual(budget)
      const { samples, nodes } = read(bytes)
      const { length } = samples!
      expect(length % ID).toBe(0)
      expect(samples).toEqual(response.samples!.subarray(0, length))
      if (nodes!.length < response.nodes!.length) expect(length).toBe(0)
      if (length === response.samples!.length) return
      // One more id, with another digit of its length, would not fit.
      expect(
        bytes.length + ID + 2 + (nodes!.length < response.nodes!.length ? ID + 6 : 0),
      ).toBeGreaterThan(budget)
    }),
  )
})

it('PROTO-73: a part of an id at the end is dropped, an interval out of range is absent', () => {
  const text = (interval: number, samples: string): Uint8Array => {
    const id = 'a'.repeat(ID)
    const body = `2:id20:${id}8:intervali${interval}e7:samples${samples.length}:${samples}`
    return new TextEncoder().encode(`d1:rd${body}e1:t2:aa1:y1:re`)
  }
  expect(read(text(60, 'x'.repeat(50)))).toMatchObject({ interval: 60n })
  expect(read(text(60, 'x'.repeat(50))).samples).toHaveLength(40)
  expect(read(text(21_601, '')).interval).toBeUndefined()
  expect(read(text(-1, '')).interval).toBeUndefined()
  expect(read(text(0, '')).samples).toHaveLength(0)
})

it('PROTO-73: the method is unknown in dht256', () => {
  expect(dht256.methods.has('sample_infohashes')).toBe(false)
  expect(mainline.methods.has('sample_infohashes')).toBe(true)
})
