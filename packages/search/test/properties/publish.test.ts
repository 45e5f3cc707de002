// A publish under any order of outcomes, true, repeated, stale or about strangers.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Lookup, Publish, type PublishOutcome } from '../../src/index.ts'
import { chance } from '../support/chance.ts'
import { Network, nearest, type TestNode, testNode } from '../support/network.ts'
import { walk } from '../support/walk.ts'

type Action =
  | { readonly kind: 'next' | 'abort' }
  | { readonly kind: 'accepted' | 'unreachable'; readonly whom: number }
  | { readonly kind: 'refused'; readonly whom: number; readonly code: number }

const ANYONE = 14
const everyone = Array.from({ length: ANYONE }, (_, value) => testNode(BigInt(value), 1))

const whom = fc.nat(ANYONE - 1)
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 12, arbitrary: fc.constant({ kind: 'next' as const }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('accepted' as const), whom }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('unreachable' as const), whom }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('refused' as const),
      whom,
      code: fc.constantFrom(201, 203),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'abort' as const }) },
)
const script = fc.record({
  targets: fc.array(whom, { maxLength: 12 }),
  k: fc.integer({ min: 1, max: 9 }),
  actions: fc.array(action, { maxLength: 60, size: 'max' }),
})

const token = (at: number): Uint8Array => Uint8Array.of(at, 7)

function tellOutcome(publish: Publish<TestNode>, told: Action): void {
  if (told.kind === 'abort') publish.abort()
  if (told.kind === 'accepted') publish.accepted(everyone[told.whom]!)
  if (told.kind === 'unreachable') publish.unreachable(everyone[told.whom]!)
  if (told.kind === 'refused') publish.refused(everyone[told.whom]!, told.code)
}

/** The simple truth: the first outcome told of a written target counts, until an abort. */
class NaivePublish {
  readonly #targets: readonly number[]
  readonly #written: number[] = []
  readonly #outcomes = new Map<number, Action>()
  #isAborted = false

  constructor(targets: readonly number[], k: number) {
    this.#targets = [...new Set(targets)].slice(0, k)
  }

  next(): number | 'wait' | 'done' {
    if (this.#isAborted || this.#outcomes.size === this.#targets.length) return 'done'
    const due = this.#targets[this.#written.length]
    if (due === undefined) return 'wait'
    this.#written.push(due)
    return due
  }

  tell(told: Action): void {
    if (told.kind === 'abort') this.#isAborted = true
    if (this.#isAborted || !('whom' in told)) return
    if (!this.#written.includes(told.whom) || this.#outcomes.has(told.whom)) return
    this.#outcomes.set(told.whom, told)
  }

  outcome(): PublishOutcome<TestNode> {
    const told = this.#targets.flatMap((at) => this.#outcomes.get(at) ?? [])
    const those = (kind: Action['kind']): TestNode[] =>
      told.flatMap((one) => (one.kind === kind && 'whom' in one ? [everyone[one.whom]!] : []))
    return {
      accepted: those('accepted'),
      refused: told.flatMap((one) =>
        one.kind === 'refused' ? [{ contact: everyone[one.whom]!, code: one.code }] : [],
      ),
      unreachable: those('unreachable'),
    }
  }
}

describe('publish', () => {
  it('TRACK-1, SEARCH-21: agrees with the naive book on every script', () => {
    fc.assert(
      fc.property(script, ({ targets, k, actions }) => {
        const publish = new Publish(
          targets.map((at, index) => ({ contact: everyone[at]!, token: token(index) })),
          { k },
        )
        const naive = new NaivePublish(targets, k)
        for (const told of actions) {
          if (told.kind === 'next') {
            const step = publish.next()
            const expected = naive.next()
            const seen = step.kind === 'write' ? Number(step.contact.value) : step.kind
            expect(seen).toBe(expected)
            if (step.kind === 'write') {
              expect(step.token).toEqual(token(targets.indexOf(expected as number)))
            }
          } else {
            tellOutcome(publish, told)
            naive.tell(told)
          }
          expect(publish.outcome()).toEqual(naive.outcome())
        }
        const isDone = publish.isDone
        expect(isDone).toBe(naive.next() === 'done')
      }),
    )
  })

  it('TRACK-1: all writes are in flight at once, and never more than k', () => {
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
          { target: testNode(9n, 1).id, self: asker.id, seeds: network.nodes },
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
