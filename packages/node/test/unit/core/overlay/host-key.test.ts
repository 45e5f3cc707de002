import { dht256, endpoint, mainline } from '@dht/krpc'
import { describe, expect, it } from 'vitest'
import { hostKeyOf, sourceKeyOf } from '../../../../src/core/overlay/host-key.ts'
import { Bench, packed } from '../../../support/bench.ts'

const [a, b] = [endpoint('66.6.6.6', 1), endpoint('66.6.6.6', 2)]
const [c, d] = [endpoint('2001:db8::1', 1), endpoint('2001:db8::2', 1)]
const e = endpoint('2001:db8:0:1::1', 1)

it('a host is an IPv4 address or an IPv6 /64', () => {
  expect(sourceKeyOf(a)).toBe(sourceKeyOf(b))
  expect(sourceKeyOf(c)).toBe(sourceKeyOf(d))
  expect(new Set([a, c, e].map(sourceKeyOf)).size).toBe(3)
})

it('in Mainline nodes of one address count as one, except on this machine', () => {
  expect(hostKeyOf(a, mainline)).toBe(hostKeyOf(b, mainline))
  expect(hostKeyOf(c, mainline)).toBe(hostKeyOf(d, mainline))
  const [near, far] = [endpoint('127.0.0.1', 1), endpoint('127.0.0.1', 2)]
  expect(hostKeyOf(near, mainline)).not.toBe(hostKeyOf(far, mainline))
  expect(hostKeyOf(a, dht256)).not.toBe(hostKeyOf(b, dht256))
})

describe('a host that responds on many ports', () => {
  it.each([
    { network: mainline, asked: 1 },
    { network: dht256, asked: 8 },
  ])('is queried $asked times in a lookup of $network.name', ({ network, asked }) => {
    const bench = new Bench({ core: { network } })
    const host = bench.addMember(bench.newContact({ endpoint: endpoint('66.6.6.6', 1000) }))
    const guises = Array.from({ length: 8 }, (_, i) =>
      bench.newContact({ endpoint: endpoint('66.6.6.6', 2000 + i) }),
    )
    bench.request({ kind: 'closest', target: host.id })
    let asks = 0
    for (
      let datagram = bench.datagrams.shift();
      datagram !== undefined;
      datagram = bench.datagrams.shift()
    ) {
      asks++
      const who = guises.find((guise) => guise.endpoint.port === datagram?.to.port) ?? host
      bench.respond(datagram, who, { nodes: packed(...guises) })
    }
    expect(asks).toBe(asked)
  })
})
