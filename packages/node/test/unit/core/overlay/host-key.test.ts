import { idFromBytes } from '@dht/id'
import { contact, dht256, endpoint, mainline } from '@dht/krpc'
import { describe, expect, it } from 'vitest'
import {
  hostKeyOf,
  sourceKeyOf,
  sourceKeyOfContact,
  subnetKeyOf,
  subnetKeyOfContact,
} from '../../../../src/core/overlay/host-key.ts'
import { Bench, packed } from '../../../support/bench.ts'

const [a, b] = [endpoint('66.6.6.6', 1), endpoint('66.6.6.6', 2)]
const [c, d] = [endpoint('2001:db8::1', 1), endpoint('2001:db8::2', 1)]
const e = endpoint('2001:db8:0:1::1', 1)
const id = idFromBytes(new Uint8Array(32))

it('a host is an IPv4 address or an IPv6 /64', () => {
  expect(sourceKeyOf(a)).toBe(sourceKeyOf(b))
  expect(sourceKeyOf(c)).toBe(sourceKeyOf(d))
  expect(new Set([a, c, e].map(sourceKeyOf)).size).toBe(3)
})

it('contacts are of one host and of one subnet where their endpoints are', () => {
  const texts = ['66.6.6.6', '66.6.6.7', '66.6.7.6', '194.6.6.6', '66.134.6.6']
  const texts6 = ['2001:db8::1', '2001:db8::2', '2001:db8:0:1::1', '2001:db8:1::1', 'fe80:db8::1']
  const all = [...texts, ...texts6].map((text) => endpoint(text, 1))
  const at = (there: (typeof all)[number]) => contact(id, there)
  for (const one of all) {
    for (const other of all) {
      const isOneHost = sourceKeyOf(one) === sourceKeyOf(other)
      expect(sourceKeyOfContact(at(one)) === sourceKeyOfContact(at(other))).toBe(isOneHost)
      const isOneSubnet = subnetKeyOf(one) === subnetKeyOf(other)
      expect(subnetKeyOfContact(at(one)) === subnetKeyOfContact(at(other))).toBe(isOneSubnet)
    }
  }
})

it('in Mainline nodes of one address count as one, except on this machine', () => {
  expect(hostKeyOf(a, mainline)).toBe(hostKeyOf(b, mainline))
  expect(hostKeyOf(c, mainline)).toBe(hostKeyOf(d, mainline))
  const [near, far] = [endpoint('127.0.0.1', 1), endpoint('127.0.0.1', 2)]
  expect(hostKeyOf(near, mainline)).not.toBe(hostKeyOf(far, mainline))
  expect(hostKeyOf(a, dht256)).not.toBe(hostKeyOf(b, dht256))
})

describe('a host that responds on many ports', () => {
  /** How many queries of a lookup go to the host; `others`: nodes that we know besides. */
  const asksOf = (network: typeof mainline, others: number, address = '66.6.6.6'): number => {
    const bench = new Bench({ core: { network } })
    const host = bench.addMember(bench.newContact({ endpoint: endpoint(address, 1000) }))
    const members = Array.from({ length: others }, () => bench.addMember())
    const guises = Array.from({ length: 8 }, (_, i) =>
      bench.newContact({ endpoint: endpoint(address, 2000 + i) }),
    )
    bench.request({ kind: 'closest', target: host.id })
    let asks = 0
    for (
      let datagram = bench.datagrams.shift();
      datagram !== undefined;
      datagram = bench.datagrams.shift()
    ) {
      const { to } = datagram
      if (to.address === host.endpoint.address) asks++
      const who = [...guises, ...members].find(({ endpoint: at }) => {
        return at.address === to.address && at.port === to.port
      })
      bench.respond(datagram, who ?? host, { nodes: packed(...guises, ...members.slice(0, 8)) })
    }
    return asks
  }

  it.each([
    { network: mainline, asked: 1 },
    { network: dht256, asked: 3 },
  ])('is queried $asked times in a lookup of $network.name', ({ network, asked }) => {
    expect(asksOf(network, 12)).toBe(asked)
  })

  it.each([mainline, dht256])(
    'NET-74: is queried on all ports where its address is a local one: $name',
    (network) => {
      for (const address of ['127.0.0.9', '10.1.2.3', '100.64.1.1']) {
        expect(asksOf(network, 12, address)).toBeGreaterThan(network === mainline ? 1 : 3)
      }
    },
  )

  it.each([mainline, dht256])(
    'is queried on all ports where nobody else is known: $name',
    (network) => {
      // The pace of queries to one host keeps the others back for now.
      expect(asksOf(network, 0)).toBeGreaterThanOrEqual(7)
    },
  )
})
