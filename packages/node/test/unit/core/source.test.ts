import { dht256, endpoint, mainline } from '@dht/krpc'
import { describe, expect, it } from 'vitest'
import { sourceOf, voiceOf } from '../../../src/core/source.ts'
import { Bench, packed } from '../../support/bench.ts'

const [a, b] = [endpoint('66.6.6.6', 1), endpoint('66.6.6.6', 2)]
const [c, d] = [endpoint('2001:db8::1', 1), endpoint('2001:db8::2', 1)]
const e = endpoint('2001:db8:0:1::1', 1)

it('a source is an IPv4 address or an IPv6 /64', () => {
  expect(sourceOf(a)).toBe(sourceOf(b))
  expect(sourceOf(c)).toBe(sourceOf(d))
  expect(new Set([a, c, e].map(sourceOf)).size).toBe(3)
})

it('where an address takes one place its nodes count as one, unless it is of this machine', () => {
  expect(voiceOf(a, mainline)).toBe(voiceOf(b, mainline))
  expect(voiceOf(c, mainline)).toBe(voiceOf(d, mainline))
  const [near, far] = [endpoint('127.0.0.1', 1), endpoint('127.0.0.1', 2)]
  expect(voiceOf(near, mainline)).not.toBe(voiceOf(far, mainline))
  expect(voiceOf(a, dht256)).not.toBe(voiceOf(b, dht256))
})

describe('a host that names itself at many ports', () => {
  it.each([
    { network: mainline, asked: 1 },
    { network: dht256, asked: 8 },
  ])('is asked $asked times in a lookup of $network.name', ({ network, asked }) => {
    const bench = new Bench({ core: { network } })
    const host = bench.friend(bench.stranger({ endpoint: endpoint('66.6.6.6', 1000) }))
    const guises = Array.from({ length: 8 }, (_, i) =>
      bench.stranger({ endpoint: endpoint('66.6.6.6', 2000 + i) }),
    )
    bench.wish({ kind: 'closest', target: host.id })
    let asks = 0
    for (let letter = bench.letters.shift(); letter !== undefined; letter = bench.letters.shift()) {
      asks++
      const who = guises.find((guise) => guise.endpoint.port === letter?.to.port) ?? host
      bench.answer(letter, who, { nodes: packed(...guises) })
    }
    expect(asks).toBe(asked)
  })
})
