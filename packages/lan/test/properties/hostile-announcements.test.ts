// Whatever is announced on the local network: nothing throws, and little is believed.

import { decode, encode, type Packet } from 'dns-packet'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type DnsRecord, recordsOf, SERVICE_TYPE, servicesIn } from '../../src/service-records.ts'
import {
  AGAIN_MS,
  MAX_ADDRESSES,
  MAX_PER_ADDRESS,
  ToldEndpoints,
} from '../../src/told-endpoints.ts'

const instance = fc.stringMatching(/^[a-z\d-]{1,63}$/)
const port = fc.integer({ min: 1, max: 65_535 })

/** Records as `dns-packet` reads them from a datagram. */
function throughTheWire(packet: object): DnsRecord[] {
  const read = decode(encode({ type: 'response', ...packet } as Packet))
  return [...(read.answers ?? []), ...(read.additionals ?? [])] as DnsRecord[]
}

describe('LAN-4: the records of a node', () => {
  it('are read as they were written', () => {
    fc.assert(
      fc.property(instance, port, fc.boolean(), (name, at, isGone) => {
        const node = { instance: name, network: 'dht256', address: '10.0.0.1', port: at }
        const records = throughTheWire(recordsOf(node, isGone))
        expect(servicesIn(records, 'dht256')).toEqual([{ instance: name, port: at, isGone }])
        expect(servicesIn(records, 'mainline')).toEqual([])
      }),
    )
  })

  it('of any kind and with any data are read without an error, and none without a network', () => {
    const name = fc.oneof(
      fc.constantFrom(SERVICE_TYPE, `a.${SERVICE_TYPE}`, SERVICE_TYPE.toUpperCase()),
      fc.domain(),
    )
    const bytes = fc.uint8Array({ maxLength: 60 }).map((each) => Buffer.from(each))
    const record = fc.oneof(
      fc.record({ name, type: fc.constant('PTR'), data: name }),
      fc.record({
        name,
        type: fc.constant('SRV'),
        data: fc.record({ port: fc.nat(65_535), target: name }),
      }),
      fc.record({
        name,
        type: fc.constant('TXT'),
        data: fc.oneof(bytes, fc.array(bytes, { minLength: 1, maxLength: 40 })),
      }),
      fc.record({ name, type: fc.constant('A'), data: fc.constant('127.0.0.1') }),
    )
    fc.assert(
      fc.property(fc.array(record, { maxLength: 100 }), (records) => {
        expect(servicesIn(throughTheWire({ answers: records }), 'dht256')).toEqual([])
      }),
    )
  })

  it('are read up to a bound: of a datagram with 1,000 names, few are found', () => {
    const all = Array.from({ length: 1_000 }, (_, at) => {
      const node = { instance: `n${at}`, network: 'dht256', address: '10.0.0.1', port: at + 1 }
      const { answers, additionals } = recordsOf(node)
      return [...answers, ...additionals]
    })
    expect(servicesIn(all.flat(), 'dht256').length).toBeLessThanOrEqual(16)
  })
})

describe('LAN-5: what a node is told', () => {
  const calls = fc.array(
    fc.record({
      address: fc.integer({ min: 0, max: 400 }).map((n) => `10.0.${n >> 8}.${n & 255}`),
      port: fc.integer({ min: 1, max: 12 }),
      ms: fc.oneof(fc.nat(1_000), fc.constantFrom(0, AGAIN_MS - 1, AGAIN_MS)),
    }),
    { maxLength: 600, size: 'max' },
  )

  it('is each endpoint once in ten minutes, and few of one address', () => {
    fc.assert(
      fc.property(calls, fc.integer({ min: 1, max: 200 }), (script, addresses) => {
        const told = new ToldEndpoints()
        const log: { address: string; port: number; at: number }[] = []
        let now = 0
        for (const call of script) {
          now += call.ms
          const address = `10.0.0.${Number(call.address.split('.')[3]) % addresses}`
          const recent = log.filter((each) => each.address === address && now - each.at < AGAIN_MS)
          const isNew = !recent.some((each) => each.port === call.port)
          const expected = isNew && recent.length < MAX_PER_ADDRESS
          expect(told.take(address, call.port, now)).toBe(expected)
          if (expected) log.push({ address, port: call.port, at: now })
        }
      }),
    )
  })

  it('is remembered of a bounded number of addresses', () => {
    const told = new ToldEndpoints()
    for (let n = 0; n < 10 * MAX_ADDRESSES; n++) told.take(`10.0.${n >> 8}.${n & 255}`, 1, n)
    expect(told.size).toBe(MAX_ADDRESSES)
  })
})
