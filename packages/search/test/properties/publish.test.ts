// Which contacts a publish writes to, and how many at a time.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Lookup, Publish } from '../../src/index.ts'
import { chance } from '../support/chance.ts'
import { Network, nearest, type TestNode, testNode } from '../support/network.ts'
import { walk } from '../support/walk.ts'

const everyone = Array.from({ length: 14 }, (_, value) => testNode(BigInt(value), 1))
const script = fc.record({
  targets: fc.array(fc.nat(everyone.length - 1), { maxLength: 12 }),
  k: fc.integer({ min: 1, max: 9 }),
})

const token = (at: number): Uint8Array => Uint8Array.of(at, 7)

describe('publish', () => {
  it('TRACK-1: all writes are sent at once, and never more than k', () => {
    fc.assert(
      fc.property(script, ({ targets, k }) => {
        const publish = new Publish(
          targets.map((at) => ({ contact: everyone[at]!, token: token(at) })),
          { k },
        )
        const written: TestNode[] = []
        for (let step = publish.next(); step.kind === 'write'; step = publish.next()) {
          written.push(step.contact)
        }
        const distinct = [...new Set(targets)].map((at) => everyone[at]!)
        expect(written).toEqual(distinct.slice(0, k))
        expect(publish.next().kind).toBe(written.length === 0 ? 'done' : 'wait')
      }),
    )
  })

  it('TRACK-1, TRACK-6, SEARCH-19: writes to the k nearest that gave a token, or to all', () => {
    const world = fc.record({
      seed: fc.nat(),
      count: fc.integer({ min: 1, max: 30 }),
      k: fc.integer({ min: 1, max: 8 }),
    })
    fc.assert(
      fc.property(world, ({ seed, count, k }) => {
        const random = chance(seed)
        const values = Array.from({ length: count }, () => BigInt(Math.floor(random() * 255)))
        const network = new Network({ values, width: 1, k, random })
        const asker = testNode(255n, 1)
        const lookup = new Lookup(
          { target: testNode(9n, 1).id, self: asker.id, startingContacts: network.nodes },
          { k },
        )
        const generous = new Set<TestNode>()
        const tokenOf = (node: TestNode): Uint8Array | undefined => {
          if (random() < 0.3) return undefined
          generous.add(node)
          return Uint8Array.of(Number(node.value))
        }
        walk(lookup, (node) => network.answer(node, 9n, asker), random, tokenOf)
        const publish = new Publish(lookup.writeTargets(), { k })
        const written: TestNode[] = []
        for (let step = publish.next(); step.kind === 'write'; step = publish.next()) {
          expect(step.token).toEqual(Uint8Array.of(Number(step.contact.value)))
          written.push(step.contact)
        }
        expect(written).toEqual(nearest(generous, 9n, k))
      }),
    )
  })
})
