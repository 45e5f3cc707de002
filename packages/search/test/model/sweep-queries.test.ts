// The queries of a sweep agree with a list of facts on every script.
import { Census, MODEL_TIMEOUT_MS, runUntilReached } from '@dht/testing/census'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { SweepQueries } from '../../src/sweep-queries.ts'
import { type TestNode, testNode } from '../support/network.ts'

const FLOORS = {
  query: 60,
  wait: 50,
  done: 50,
  accepted: 50,
  rejected: 5,
  ignored: 50,
  'a class in turn': 20,
  'subnet full': 50,
  'no room': 5,
  'a late response': 5,
  'added after the end': 20,
  'a second contact of an id': 3,
} as const

const IDS = 24
const SUBNETS = 5
const ENDPOINTS = 17
const SHARED_BITS = 8

interface Fact {
  readonly value: number
  /** Tells apart two contacts with one id. */
  readonly port: number
  state: 'fresh' | 'queried' | 'stalled' | 'responded' | 'failed'
  hasStalled: boolean
  token: number | undefined
}

interface Bounds {
  readonly maxPerSubnet: number
  readonly slots: number
  readonly capacity: number
}

type Contact = Pick<Fact, 'value' | 'port'>

type Added = 'added' | 'subnet full' | 'no room' | 'known'

const nodeOf = ({ value, port }: Contact): TestNode => ({ ...testNode(BigInt(value), 1), port })

const endpointOf = ({ value, port }: Contact): number => (value + 5 * port) % ENDPOINTS

/** The target is 0: the more leading zeros, the more bits are shared. */
const sharedBits = (value: number): number => SHARED_BITS - value.toString(2).length

class NaiveSweepQueries {
  readonly bounds: Bounds
  facts: Fact[] = []
  /** Those that have a place at their subnet, in the order in which they were added. */
  readonly placed: Contact[] = []
  readonly asked: Fact[] = []
  isAborted = false

  constructor(bounds: Bounds) {
    this.bounds = bounds
  }

  get isDone(): boolean {
    return (
      this.isAborted || this.facts.every(({ state }) => ['responded', 'failed'].includes(state))
    )
  }

  knows({ value, port }: Contact): boolean {
    return this.facts.some((fact) => {
      return fact.value === value && endpointOf(fact) === endpointOf({ value, port })
    })
  }

  add(contact: Contact, isProven: boolean): Added {
    const { value } = contact
    if (this.placed.some((other) => endpointOf(other) === endpointOf(contact))) return 'known'
    if (!isProven && this.placed.some((other) => other.value === value)) return 'known'
    if (this.isAborted || this.facts.length >= this.bounds.capacity) return 'no room'
    const there = this.placed.filter((other) => other.value % SUBNETS === value % SUBNETS)
    if (there.length >= this.bounds.maxPerSubnet) return 'subnet full'
    this.placed.push(contact)
    this.facts.push({ ...contact, state: 'fresh', hasStalled: false, token: undefined })
    return 'added'
  }

  /** Of the class with the fewest queries so far, or of the farthest of them, the first added. */
  next(): Fact | 'wait' | 'done' {
    if (this.isDone) return 'done'
    const open = this.facts.filter(({ state }) => state === 'queried')
    const fresh = this.facts.filter(({ state }) => state === 'fresh')
    if (open.length >= this.bounds.slots || fresh.length === 0) return 'wait'
    const queriedLike = ({ value }: Fact): number => {
      return this.asked.filter((one) => sharedBits(one.value) === sharedBits(value)).length
    }
    const rank = (fact: Fact): number => 100 * queriedLike(fact) + sharedBits(fact.value)
    const first = fresh.reduce((best, fact) => (rank(fact) < rank(best) ? fact : best))
    first.state = 'queried'
    this.asked.push(first)
    return first
  }

  isOpen({ state }: Fact): boolean {
    return !this.isAborted && ['queried', 'stalled'].includes(state)
  }
}

type Action =
  | { readonly kind: 'next' }
  | { readonly kind: 'abort' }
  | { readonly kind: 'drop' }
  | {
      readonly kind: 'add'
      readonly pick: number
      readonly port: number
      readonly isProven: boolean
    }
  | Settlement

type Settlement =
  | { readonly kind: 'stall' | 'fail'; readonly pick: number }
  | { readonly kind: 'respond'; readonly pick: number; readonly isOther: boolean }

const pick = fc.nat(1000)
const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('add' as const),
      pick,
      port: fc.nat(1),
      isProven: fc.boolean(),
    }),
  },
  { weight: 8, arbitrary: fc.constant({ kind: 'next' as const }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('respond' as const),
      pick,
      isOther: fc.oneof({ weight: 6, arbitrary: fc.constant(false) }, fc.constant(true)),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('stall' as const), pick }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('fail' as const), pick }) },
  fc.constant({ kind: 'drop' as const }),
  { weight: 1, arbitrary: fc.constant({ kind: 'abort' as const }) },
)

type Corners = Census<keyof typeof FLOORS>

/** Does the same to both, and compares what they return. */
function act(
  naive: NaiveSweepQueries,
  real: SweepQueries<TestNode>,
  one: Action,
  to: Corners,
): void {
  if (one.kind === 'next') {
    const expected = naive.next()
    const step = real.next()
    to.count(typeof expected === 'string' ? expected : 'query')
    if (typeof expected === 'string') expect(step.kind).toBe(expected)
    else expect(step).toMatchObject({ kind: 'query', contact: nodeOf(expected) })
    const [last, former] = [naive.asked.at(-1), naive.asked.at(-2)].map((fact) => {
      return fact && sharedBits(fact.value)
    })
    if (step.kind === 'query' && former !== undefined && last !== former)
      to.count('a class in turn')
  } else if (one.kind === 'abort') {
    naive.isAborted = true
    real.abort()
  } else if (one.kind === 'drop') {
    naive.facts = naive.facts.filter(({ state }) => state !== 'fresh')
    real.dropFresh()
  } else if (one.kind === 'add') {
    const contact = { value: 1 + (one.pick % IDS) * 9, port: one.port }
    const wasDone = naive.isDone && naive.asked.length > 0
    const isSecond = naive.facts.some(({ value }) => value === contact.value)
    const added = naive.add(contact, one.isProven)
    if (added === 'added' && isSecond) to.count('a second contact of an id')
    if (added === 'added' && wasDone) to.count('added after the end')
    if (added === 'subnet full' || added === 'no room') to.count(added)
    real.add(nodeOf(contact), one.isProven)
    expect(real.knows(nodeOf(contact))).toBe(naive.knows(contact))
  } else settle(naive, real, one, to)
}

function settle(
  naive: NaiveSweepQueries,
  real: SweepQueries<TestNode>,
  one: Settlement,
  to: Corners,
): void {
  const chosen = naive.facts[one.pick % Math.max(1, naive.facts.length)]
  const asked = nodeOf(chosen ?? { value: 1, port: 0 })
  const fact = chosen !== undefined && naive.isOpen(chosen) ? chosen : undefined
  if (one.kind === 'stall') {
    if (fact?.state === 'queried') {
      fact.state = 'stalled'
      fact.hasStalled = true
    }
    real.stalled(asked)
  } else if (one.kind === 'fail') {
    if (fact !== undefined) fact.state = 'failed'
    real.failed(asked)
  } else if (one.kind === 'respond') {
    if (fact?.state === 'stalled') to.count('a late response')
    const responder = one.isOther ? testNode(asked.value - 1n, 1) : asked
    const used = one.isOther ? 'rejected' : 'accepted'
    const expected = fact === undefined ? 'ignored' : used
    to.count(expected)
    if (fact !== undefined) {
      fact.state = one.isOther ? 'failed' : 'responded'
      fact.token = one.isOther ? undefined : one.pick % 256
    }
    const token = Uint8Array.of(one.pick % 256)
    const { kind } = real.responded(asked, { responder, closer: [], token })
    expect(kind).toBe(expected)
  }
}

function expectSame(naive: NaiveSweepQueries, real: SweepQueries<TestNode>): void {
  const { facts, asked, isAborted, isDone } = naive
  const count = (state: Fact['state']): number => asked.filter((one) => one.state === state).length
  expect(real.tally).toEqual({
    queried: asked.length,
    responded: count('responded'),
    stalled: asked.filter(({ hasStalled }) => hasStalled).length,
    failed: count('failed'),
    hops: 0,
  })
  expect(real.isDone).toBe(isDone)
  expect(real.pending).toBe(count('queried') + count('stalled'))
  const isWaiting = facts.some(({ state }) => state === 'fresh' || state === 'queried')
  expect(real.waitsForStalledOnly).toBe(!isAborted && !isWaiting)
  const targets = real.writeTargets().map(({ contact, token }) => [contact, token[0]])
  const expected = facts.filter(({ token }) => token !== undefined)
  expect(targets).toEqual(expected.map((fact) => [nodeOf(fact), fact.token]))
}

it(
  'SEARCH-33, SEARCH-35: sweep queries agree with a list of facts on every script',
  () => {
    const census: Corners = new Census('sweep queries', FLOORS)
    const bounds = fc.record({
      maxPerSubnet: fc.integer({ min: 1, max: 4 }),
      slots: fc.integer({ min: 1, max: 4 }),
      capacity: fc.integer({ min: 3, max: 14 }),
    })
    const actions = fc.array(action, { minLength: 10, maxLength: 60, size: 'max' })
    const agrees = fc.property(bounds, actions, (drawn, script) => {
      const naive = new NaiveSweepQueries(drawn)
      const subnetOf = ({ value }: TestNode): string => String(value % BigInt(SUBNETS))
      const { id: target } = testNode(0n, 1)
      const real = new SweepQueries<TestNode>({
        ...{ target, subnetOf, ...drawn },
        endpointOf: ({ value, port = 0 }) => String(endpointOf({ value: Number(value), port })),
      })
      census.executed(script.length)
      for (const one of script) {
        act(naive, real, one, census)
        expectSame(naive, real)
      }
    })
    expect(runUntilReached(census, 1, (parameters) => fc.assert(agrees, parameters))).toEqual([])
  },
  MODEL_TIMEOUT_MS,
)
