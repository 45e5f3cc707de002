// Where a node can be made to send: by a node on this machine, whose word is believed, by a saved
// state, a user, or the source address of a datagram. The addresses below belong to no node or to
// many. They are listed here, not computed.

import { compactEndpoint, type Endpoint, encodeMessage, endpoint, type Family } from '@dht/krpc'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Bench, packed } from '../support/bench.ts'
import type { Request } from '../support/virtual-network.ts'

const NO_NODE: Readonly<Record<Family, readonly string[]>> = {
  4: ['0.0.0.0', '0.1.2.3', '224.0.0.1', '239.255.255.250', '240.0.0.1', '255.255.255.255'],
  6: ['::', '::7f00:1', '::102:304', 'ff02::1', 'ff05::2', 'ff0e::1:2'],
}
const LOOPBACK = { 4: '127.0.0.1', 6: '::1' } as const
const WILDCARD = { 4: '0.0.0.0', 6: '::' } as const

const anyFamily = fc.constantFrom<Family>(4, 6)
const anyPlace = (family: Family): fc.Arbitrary<Endpoint> =>
  fc
    .tuple(fc.constantFrom(...NO_NODE[family]), fc.constantFrom(1, 53, 3739, 65_535))
    .map(([address, port]) => endpoint(address, port))

const anyCase = anyFamily.chain((family) =>
  fc.record({
    family: fc.constant(family),
    places: fc.uniqueArray(anyPlace(family), { minLength: 1, maxLength: 6 }),
  }),
)

function benchOf(family: Family): Bench {
  return new Bench({ locals: [endpoint(LOOPBACK[family], 3739)] })
}

/** No datagram went to these addresses, nor to others of their kind. */
function expectNoneSentTo(bench: Bench): void {
  const all: readonly string[] = [...NO_NODE[4], ...NO_NODE[6]]
  const sent = bench.take().filter(({ to }) => all.includes(to.address) || to.port === 0)
  expect(sent).toEqual([])
}

describe('AMP-7: nothing is sent to an address that is not unicast', () => {
  it('that a node on this machine names as a contact', () => {
    fc.assert(
      fc.property(anyCase, ({ family, places }) => {
        const bench = benchOf(family)
        const guide = bench.addMember(
          bench.newContact({ endpoint: endpoint(LOOPBACK[family], 4001) }),
        )
        const named = places.map((place) => bench.newContact({ endpoint: place }))
        const list = family === 4 ? { nodes: packed(...named) } : { nodes6: packed(...named) }
        const [first] = named
        bench.request({ kind: 'closest', target: first!.id })
        bench.respond(bench.takeLast(guide), guide, list)
        bench.pass(60_000, guide)
        expectNoneSentTo(bench)
        const operationId = bench.request({
          kind: 'find-node',
          to: guide.endpoint,
          target: first!.id,
        })
        bench.respond(bench.takeLast(guide), guide, list)
        expect(bench.outcomes.get(operationId)).toMatchObject({ answer: { contacts: [] } })
      }),
    )
  })

  it('that a node on this machine names as a value: it is not reported to a user either', () => {
    fc.assert(
      fc.property(anyCase, ({ family, places }) => {
        const bench = benchOf(family)
        const guide = bench.addMember(
          bench.newContact({ endpoint: endpoint(LOOPBACK[family], 4001) }),
        )
        const good = endpoint(LOOPBACK[family], 80)
        const values = [...places, good].map(compactEndpoint)
        const target = bench.newContact().id
        bench.request({ kind: 'lookup', target, mode: 'all' })
        bench.respond(bench.takeLast(guide), guide, { values })
        expect(bench.found).toEqual([good])
        const operationId = bench.request({ kind: 'find-value', to: guide.endpoint, target })
        bench.respond(bench.takeLast(guide), guide, { values })
        expect(bench.outcomes.get(operationId)).toMatchObject({ answer: { endpoints: [good] } })
      }),
    )
  })

  it('that a query comes from, whatever its method', () => {
    fc.assert(
      fc.property(anyCase, ({ family, places }) => {
        const bench = benchOf(family)
        for (const place of places) {
          const who = bench.newContact({ endpoint: place })
          for (const method of ['ping', 'find_node', 'get_peers'] as const) {
            expect(bench.queryFrom(who, { method, target: who.id })).toBeUndefined()
          }
          const text = 'd1:ade1:n6:dht2561:q4:ping1:t2:aa1:y1:qe'
          bench.receive(new TextEncoder().encode(text), place)
        }
        bench.pass(60_000)
        expectNoneSentTo(bench)
      }),
    )
  })

  it('that is in a saved state', () => {
    fc.assert(
      fc.property(anyCase, ({ family, places }) => {
        const bench = benchOf(family)
        const saved = places.map((place) => bench.newContact({ endpoint: place }))
        expect(bench.core.restore(saved)).toBe(0)
        bench.request({ kind: 'join' })
        bench.pass(60 * 60_000)
        expectNoneSentTo(bench)
      }),
    )
  })

  it('that a user passes', () => {
    const anyKind = fc.constantFrom('ping', 'find-node', 'find-value', 'store' as const)
    fc.assert(
      fc.property(anyCase, anyKind, ({ family, places }, kind) => {
        const bench = benchOf(family)
        const request = { kind, target: bench.core.id, port: 1, token: Uint8Array.of(1) }
        bench.start({ kind: 'bootstrap', endpoints: places, routers: [] })
        bench.request({ kind: 'join' })
        for (const to of places) {
          const operationId = bench.request({ ...request, to } as Request)
          expect(bench.outcomes.get(operationId)).toEqual({ kind: 'failed', reason: 'not-sent' })
        }
        bench.pass(60_000)
        expectNoneSentTo(bench)
      }),
    )
  })

  it('and a node on this machine that is bound to every address is found at the loopback', () => {
    for (const family of [4, 6] as const) {
      const bench = new Bench({ locals: [endpoint(WILDCARD[family], 3739)] })
      const near = bench.newContact({ endpoint: endpoint(LOOPBACK[family], 4001) })
      expect(bench.addMember(near)).toBe(near)
      expect(encodeMessage(bench.queryFrom(near, { method: 'ping' })!, bench.network)).toBeDefined()
    }
  })
})
