// Several contacts per id, few places per address, and a region whose contacts are all waited for.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Lookup, type LookupOptions } from '../../src/index.ts'
import { chance, sample } from '../support/chance.ts'
import { Network, nearest, type TestNode, testNode, uniformValues } from '../support/network.ts'
import { walk } from '../support/walk.ts'

const K = 4

const options: LookupOptions<TestNode> = {
  k: K,
  endpointOf: ({ address, port = 0 }) => `${address}:${port}`,
  addressOf: ({ address }) => address,
}

const at = (value: number, address: string, port = 0): TestNode => {
  return { ...testNode(BigInt(value), 1), address, port }
}

const init = { target: testNode(0n, 1).id, self: testNode(255n, 1).id }

describe('several contacts per id', () => {
  it('SEARCH-27: the true one is asked although liars named others first', () => {
    const world = fc.record({
      seed: fc.nat(),
      liars: fc.oneof(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 40, max: 60 })),
      honest: fc.integer({ min: 1, max: 4 }),
    })
    fc.assert(
      fc.property(world, ({ seed, liars, honest }) => {
        // After three false ones, the word of one reporter is not enough.
        fc.pre(honest > 1 || liars < 3)
        const random = chance(seed)
        const truth = at(1, 'true')
        const namers = sample(
          [
            ...Array.from({ length: liars }, (_, i) => ({
              value: 100 + i,
              names: at(1, `no${i}`),
            })),
            ...Array.from({ length: honest }, (_, i) => ({ value: 200 + i, names: truth })),
          ],
          liars + honest,
          random,
        )
        const startingContacts = namers.map(({ value }) => at(value, `a${value}`))
        const lookup = new Lookup<TestNode>({ ...init, startingContacts }, { ...options, k: 70 })
        const { asked } = walk(
          lookup,
          (node) => {
            if (node.value === 1n) return node.address === truth.address ? [] : 'silence'
            return [namers.find(({ value }) => BigInt(value) === node.value)!.names]
          },
          random,
        )
        expect(asked.map(({ address }) => address)).toContain('true')
        expect(lookup.closest()[0]?.value).toBe(1n)
      }),
    )
  })
})

describe('places', () => {
  it('SEARCH-28: a host with many ids is asked a few times where k others respond', () => {
    const world = fc.record({
      seed: fc.nat(),
      ids: fc.integer({ min: 1, max: 60 }),
      maxPerAddress: fc.integer({ min: 1, max: 3 }),
    })
    fc.assert(
      fc.property(world, ({ seed, ids, maxPerAddress }) => {
        const host = Array.from({ length: ids }, (_, port) => at(1 + port, 'host', port))
        const others = Array.from({ length: K }, (_, i) => at(100 + i, `a${i}`))
        const lookup = new Lookup<TestNode>(
          { ...init, startingContacts: sample([...host, ...others], ids + K, chance(seed)) },
          { ...options, maxPerAddress },
        )
        const { asked } = walk(lookup, () => [], chance(seed))
        const there = asked.filter(({ address }) => address === 'host')
        expect(there.length).toBe(Math.min(ids, maxPerAddress))
        expect(there.map(({ value }) => value).sort()).toEqual(
          nearest(host, 0n, maxPerAddress).map(({ value }) => value),
        )
      }),
    )
  })

  it('SEARCH-29: where all nodes have one address, the k nearest are found all the same', () => {
    const world = fc.record({ seed: fc.nat(), count: fc.integer({ min: 1, max: 40 }) })
    fc.assert(
      fc.property(world, ({ seed, count }) => {
        const random = chance(seed)
        const values = uniformValues(count, 1, random).filter((value) => value !== 255n)
        const nodes = values.map((value, port) => at(Number(value), 'one', port))
        const startingContacts = sample(nodes, K, random)
        const lookup = new Lookup<TestNode>({ ...init, startingContacts }, options)
        // Each endpoint is queried once, however many ids are named for it.
        const { asked } = walk(lookup, () => nearest(nodes, 0n, K), random)
        const ports = asked.map(({ port }) => port)
        expect(new Set(ports).size).toBe(ports.length)
        const known = [...new Set([...startingContacts, ...nearest(nodes, 0n, K)])]
        expect(lookup.closest().length).toBe(Math.min(K, known.length))
      }),
    )
  })
})

describe('the region', () => {
  it('SEARCH-30: its nodes are all asked and written to, up to 2k', () => {
    const world = fc.record({ seed: fc.nat(), k: fc.integer({ min: 2, max: 8 }) })
    fc.assert(
      fc.property(world, ({ seed, k }) => {
        const random = chance(seed)
        const network = new Network({ values: uniformValues(60, 2, random), width: 2, k, random })
        const [asker, target] = network.nodes as [TestNode, TestNode]
        const region = (1.5 * k) / 60
        const lookup = new Lookup<TestNode>(
          {
            ...{ target: target.id, self: asker.id, region },
            startingContacts: network.answer(asker, target.value),
          },
          { k },
        )
        const answer = (node: TestNode) => network.answer(node, target.value, asker)
        walk(lookup, answer, random, () => Uint8Array.of(1))
        const written = lookup.writeTargets().map(({ contact }) => contact)
        const all = network.nodes.filter((node) => node !== asker)
        const inside = all.filter(({ value }) => Number(value ^ target.value) < region * 2 ** 16)
        expect(written.slice(0, k)).toEqual(nearest(all, target.value, k))
        expect(written.length).toBeLessThanOrEqual(2 * k)
        // The nodes beyond the k nearest are those that others named.
        for (const node of written.slice(k)) expect(inside).toContain(node)
        const known = new Set([...lookup.responders(), ...lookup.unsettledWithin(region)])
        for (const node of inside.filter((one) => known.has(one)).slice(0, 2 * k)) {
          if (nearest([...known], target.value, 2 * k).includes(node)) {
            expect(written).toContain(node)
          }
        }
      }),
    )
  })
})
