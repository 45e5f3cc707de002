// The bounds of a walk for samples, BEP 51: what it remembers, and how often it asks one host.

import { randomId } from '@dht/id'
import { contact, endpoint, endpointKey, mainline } from '@dht/krpc'
import { seededRandom } from '@dht/testing'
import { describe, expect, it } from 'vitest'
import { LEAST_AGAIN_MS, MAX_ASKED_PER_HOST } from '../../src/core/sampling/sample-walk.ts'
import { MAX_SAMPLED_PER_HOST, SampledNodes } from '../../src/core/sampling/sampled-nodes.ts'
import { Bench, type SentDatagram } from '../support/bench.ts'

const core = { network: mainline, quietMs: 1_000_000_000 }
const anyTarget = (seed: number) => randomId(20, seededRandom(seed))

/** Node `n`: the address of each is another one. */
const contactOf = (n: number) =>
  contact(anyTarget(1_000 + n), endpoint(`20.0.${n >> 8}.${n & 255}`, 4_000))

describe('SAMPLE-4: the memory of sampled nodes', () => {
  const node = (n: number, host = n) => ({ key: `node ${n}`, host: `host ${host}` })

  it('forgets first what may be asked again soonest, and stops nobody', () => {
    const nodes = new SampledNodes(2)
    nodes.note(node(1), 100)
    nodes.note(node(2), 200)
    expect([1, 2, 3].map((n) => nodes.mayAsk(node(n), 99))).toEqual([false, false, true])
    expect(nodes.mayAsk(node(1), 100)).toBe(true)
    nodes.note(node(3), 300)
    expect(nodes.size).toBe(2)
    expect([1, 2, 3].map((n) => nodes.mayAsk(node(n), 99))).toEqual([true, false, false])
  })

  it('holds a few nodes of one host, and asks no others of it before one of them is due', () => {
    const nodes = new SampledNodes()
    for (let n = 0; n < MAX_SAMPLED_PER_HOST; n++) nodes.note(node(n, 0), 100 + n)
    const other = node(99, 0)
    expect([nodes.mayAsk(other, 99), nodes.mayAsk(other, 100)]).toEqual([false, true])
    expect(nodes.mayAsk(node(99, 1), 99)).toBe(true)
    nodes.note(other, 300)
    expect(nodes.size).toBe(MAX_SAMPLED_PER_HOST)
    expect(nodes.mayAsk(node(0, 0), 99)).toBe(false)
    for (let n = 1; n < MAX_SAMPLED_PER_HOST; n++) nodes.forget(node(n, 0))
    nodes.forget(other)
    expect(nodes.size).toBe(0)
  })
})

it('SAMPLE-4: a walk ends although liars name ports without end and tell the interval 0', () => {
  const hosts = 6
  const bench = new Bench({ core })
  const liar = (n: number) =>
    contact(anyTarget(5_000 + n), endpoint(`20.1.0.${n % hosts}`, 1_000 + Math.floor(n / hosts)))
  const known = new Map<string, number>()
  const knownAs = (n: number) => {
    known.set(liar(n).endpointKey, n)
    return liar(n)
  }
  bench.addMember(knownAs(0))
  bench.take()
  const operationId = bench.request({ kind: 'sample', onSample: () => {} } as never)
  const asked: string[] = []
  let next = 1
  bench.passWith(600_000, () => {
    for (let sent = bench.take(); sent.length > 0; sent = bench.take()) {
      for (const query of sent) {
        if (query.message.kind !== 'query') continue
        const key = endpointKey(query.to)
        const who = liar(known.get(key)!)
        if (query.message.method !== 'sample_infohashes') bench.respond(query, who)
        else {
          asked.push(key)
          const nodes = Array.from({ length: 8 }, () => knownAs(next++ % 600))
          bench.respond(query, who, { nodes, interval: 0n, num: 0n, samples: new Uint8Array(0) })
        }
      }
    }
  })
  expect(bench.outcomes.get(operationId)).toMatchObject({ kind: 'sampled' })
  expect(new Set(asked).size).toBe(asked.length)
  expect(asked.length).toBeLessThanOrEqual(hosts * MAX_ASKED_PER_HOST)
  expect(asked.length).toBeGreaterThan(hosts)
})

it('SAMPLE-4: a walk asks a few ports of one host, also when their intervals are over', () => {
  const bench = new Bench({ core })
  const liar = (port: number) => contact(anyTarget(5_000 + port), endpoint('20.1.0.1', port))
  const known = new Map([contactOf(0)].map((node) => [node.endpointKey, node]))
  const tell = (node: ReturnType<typeof liar>) => {
    known.set(node.endpointKey, node)
    return node
  }
  bench.addMember(contactOf(0))
  bench.take()
  const operationId = bench.request({ kind: 'sample', onSample: () => {} } as never)
  const slow: { readonly query: SentDatagram; readonly at: number }[] = []
  let [honest, port, asked, sampledAt] = [0, 1_000, 0, 0]
  const answer = (query: SentDatagram): void => {
    const who = known.get(endpointKey(query.to))!
    const nodes = Array.from({ length: 4 }, () => tell(liar(port++)))
    if (honest < 120) nodes.push(tell(contactOf(++honest)))
    bench.respond(query, who, { nodes, interval: 0n, num: 0n, samples: new Uint8Array(0) })
  }
  const react = (): void => {
    for (const query of bench.take()) {
      const { message, to } = query
      if (message.kind !== 'query') continue
      const isLiar = to.address === '20.1.0.1'
      if (message.method !== 'sample_infohashes') bench.respond(query, known.get(endpointKey(to))!)
      else if (isLiar) {
        asked++
        answer(query)
      } else slow.push({ query, at: bench.now + 3_000 })
    }
    if (slow.length === 0 || slow[0]!.at > bench.now) return
    sampledAt = bench.now
    answer(slow.shift()!.query)
  }
  for (let second = 0; second < 600; second++) {
    bench.passWith(1_000, react)
    react()
  }
  expect(bench.outcomes.get(operationId)).toMatchObject({ kind: 'sampled' })
  // Longer than the least time after which a port is asked again.
  expect(sampledAt).toBeGreaterThan(LEAST_AGAIN_MS)
  expect(asked).toBe(MAX_ASKED_PER_HOST)
})
