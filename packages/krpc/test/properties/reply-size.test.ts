// How large a reply can be, and how much larger than its query. The source of a query may be
// forged, so each byte beyond those received helps an attacker (amplification).

import { idFromBytes } from '@dht/id'
import {
  dht256,
  EncodeError,
  type Endpoint,
  encodeMessage,
  endpoint,
  fitReply,
  mainline,
  type Network,
  type Nodes,
  type Query,
  type Response,
} from '@dht/krpc'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyNetwork, anyResponse, leastBudget } from '../support/messages.ts'

const FULL_HOUSE = { contacts: 60, values: 150 }

describe('AMP-2: responses and their budget', () => {
  it('AMP-2: contacts of the other family go first, then peers, then contacts of the own', () => {
    const seen = { others: 0, values: 0, own: 0 }
    const anyCase = anyNetwork.chain((network) => {
      const response = anyResponse(network, { contacts: 8, values: 60 })
      const budget = fc.integer({ min: leastBudget(network), max: 1400 })
      return fc.tuple(fc.constant(network), response, budget)
    })
    fc.assert(
      fc.property(anyCase, ([network, response, budget]) => {
        const fitting = fitReply(response, network, budget)
        const lost = (key: 'nodes' | 'nodes6' | 'values'): boolean =>
          sizeOf(fitting[key]) < sizeOf(response[key])
        const [own, other] =
          response.ip?.family === 6
            ? (['nodes6', 'nodes'] as const)
            : (['nodes', 'nodes6'] as const)
        if (lost(other)) seen.others++
        if (lost('values')) {
          seen.values++
          expect(sizeOf(fitting[other])).toBe(0)
        }
        if (lost(own)) {
          seen.own++
          expect([sizeOf(fitting[other]), sizeOf(fitting.values)]).toEqual([0, 0])
        }
      }),
    )
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(3)

    function sizeOf(list: Nodes | readonly Uint8Array[] | undefined): number {
      return list?.length ?? 0
    }
  })

  it('AMP-2: no response is larger than its budget', () => {
    const anyCase = anyNetwork.chain((network) => {
      const budget = fc.integer({ min: leastBudget(network), max: 1500 })
      return fc.tuple(fc.constant(network), anyResponse(network, FULL_HOUSE), budget)
    })
    fc.assert(
      fc.property(anyCase, ([network, response, budget]) => {
        expect(encodeMessage(response, network, budget).length).toBeLessThanOrEqual(budget)
        const byDefault = encodeMessage(response, network)
        expect(byDefault.length).toBeLessThanOrEqual(network.replyBudget)
      }),
    )
  })

  it('AMP-2: no more is cut than necessary', () => {
    const anyCase = anyNetwork.chain((network) => {
      const response = anyResponse(network, { contacts: 8, values: 100 })
      const budget = fc.integer({ min: leastBudget(network), max: 1500 })
      return fc.tuple(fc.constant(network), response, budget)
    })
    fc.assert(
      fc.property(anyCase, ([network, response, budget]) => {
        const whole = sizeOf(response)
        const written = encodeMessage(response, network, budget)
        // The largest unit that is cut is a contact, with a digit of the length before it, or an
        // IPv6 peer.
        const grain = Math.max(network.idLength + 18 + 1, '18:'.length + 18)
        if (whole <= budget) expect(written.length).toBe(whole)
        else expect(written.length).toBeGreaterThan(budget - grain)

        function sizeOf(message: Response): number {
          const empty = { ...message, nodes: undefined, nodes6: undefined, values: undefined }
          const list = (key: string, bytes: Nodes | undefined) => {
            return bytes === undefined ? 0 : key.length + `${bytes.length}:`.length + bytes.length
          }
          const values = message.values?.map(({ length }) => `${length}:`.length + length) ?? []
          return (
            encodeMessage(empty, network, 1500).length +
            list('5:nodes', message.nodes) +
            list('6:nodes6', message.nodes6) +
            (message.values === undefined ? 0 : '6:valuesle'.length) +
            values.reduce((sum, size) => sum + size, 0)
          )
        }
      }),
    )
  })
})

/**
 * Reply bytes per query byte, at most, for the shortest query that gets the reply. With a budget
 * that depends on the query, as in the last test, the caller decides the ratio.
 */
const DOCUMENTED = {
  mainline: { unknown: 3.45, find_node: 3.15, find_node6: 4.36, both: 5.75, get_peers: 10.82 },
  dht256: { unknown: 3.44, find_node: 3.22, find_node6: 4.09, both: 5.85, get_peers: 9.56 },
} as const

describe.each([mainline, dht256])('AMP-1: response bytes per query byte in $name', (network) => {
  const limits = DOCUMENTED[network.name as keyof typeof DOCUMENTED]
  const id = idFromBytes(new Uint8Array(network.idLength).fill(0x61))
  const target = id
  const v4: Endpoint = endpoint('203.0.113.7', 6881)
  const v6: Endpoint = endpoint('2001:db8::7', 6881)
  const nodes = contacts(8, 4)
  const nodes6 = contacts(8, 6)
  const token = new Uint8Array(8)

  function contacts(count: number, family: 4 | 6): Uint8Array {
    return new Uint8Array(count * (network.idLength + (family === 4 ? 6 : 18)))
  }

  /** The shortest transaction id gives the worst ratio, because both messages contain it. */
  const head = { transactionId: Uint8Array.of(1), id }

  function ask(query: Partial<Query>): Uint8Array {
    const question = { ...head, kind: 'query', readOnly: false, ...query } as Query
    return encodeMessage(question, network)
  }

  function answer(reply: Partial<Response>, budget?: number): Uint8Array {
    const version = Uint8Array.of(1, 2, 3, 4)
    const response = { ...head, kind: 'response', version, ...reply } as Response
    return encodeMessage(response, network, budget)
  }

  const filler = Array.from({ length: 200 }, () => new Uint8Array(6))
  const want = { n4: true, n6: true }
  const worst: readonly (readonly [keyof typeof limits, Partial<Query>, Partial<Response>])[] = [
    // An unknown method is answered like find_node, and its name can be shorter.
    ['unknown', { method: 'unknown', name: 'x', target }, { nodes, ip: v4 }],
    ['find_node', { method: 'find_node', target }, { nodes, ip: v4 }],
    ['find_node6', { method: 'find_node', target }, { nodes6, ip: v6 }],
    ['both', { method: 'find_node', target, want }, { nodes, nodes6, ip: v6 }],
    ['get_peers', { method: 'get_peers', target }, { nodes, token, ip: v4, values: filler }],
  ]

  it.each(worst)('AMP-1: %s has its documented ratio', (name, query, reply) => {
    const ratio = answer(reply).length / ask(query).length
    expect(ratio).toBeLessThanOrEqual(limits[name])
    expect(ratio).toBeGreaterThan(limits[name] - 0.01)
  })

  it('AMP-1: no store makes a get_peers reply exceed the budget per query byte', () => {
    const anyStore = fc.record({
      nodes: fc.nat({ max: 20 }).map((count) => contacts(count, 4)),
      token: fc.constant(token),
      values: fc
        .tuple(fc.constantFrom(6, 18), fc.nat({ max: 300 }))
        .map(([size, count]) => Array.from({ length: count }, () => new Uint8Array(size))),
      ip: fc.constantFrom(v4, v6),
    })
    const asked = ask({ method: 'get_peers', target }).length
    fc.assert(
      fc.property(anyStore, (reply) => {
        const ratio = answer(reply).length / asked
        expect(ratio).toBeLessThanOrEqual(network.replyBudget / asked)
      }),
    )
  })

  it('AMP-1: a budget of 3.5 times the query keeps all 8 contacts and bounds the ratio', () => {
    for (const [name, query, reply] of worst) {
      const asked = ask(query).length
      const cut = answer(reply, Math.floor(3.5 * asked))
      expect(cut.length / asked).toBeLessThanOrEqual(3.5)
      if (name === 'find_node') expect(cut).toEqual(answer(reply))
    }
  })
})

describe('PROTO-53: messages that must not be sent are refused', () => {
  const response = (network: Network): Response => ({
    kind: 'response',
    transactionId: Uint8Array.of(1, 2),
    id: idFromBytes(new Uint8Array(network.idLength)),
  })

  it('PROTO-53: a budget that the fixed parts exceed', () => {
    const least = encodeMessage(response(mainline), mainline).length
    expect(encodeMessage(response(mainline), mainline, least)).toHaveLength(least)
    expect(() => encodeMessage(response(mainline), mainline, least - 1)).toThrow(EncodeError)
    for (const budget of [0, -1, 1.5, Number.NaN, 1501]) {
      expect(() => encodeMessage(response(mainline), mainline, budget)).toThrow(EncodeError)
    }
  })
})
