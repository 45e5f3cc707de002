// A publish compared with its model: outcomes in any order, true, repeated, late or about unknown
// contacts.
import { Census, MODEL_TIMEOUT_MS, modelRuns, scripts } from '@dht/testing/census'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Publish, type PublishOutcome } from '../../src/index.ts'
import { type TestNode, testNode } from '../support/network.ts'

const FLOORS = {
  'no targets': 10,
  'two targets with one id': 100,
  'more targets than k': 50,
  write: 300,
  wait: 100,
  done: 100,
  accepted: 100,
  refused: 50,
  unreachable: 50,
  'outcome before the write': 50,
  'second outcome': 50,
  'outcome of a stranger': 50,
  'outcome after an abort': 50,
  'outcome after the end': 50,
  abort: 30,
  'abort after the end': 10,
  'ends complete': 30,
} as const

type Told = 'accepted' | 'refused' | 'unreachable'

interface Outcome {
  readonly at: number
  readonly told: Told
  readonly code: number
}

/** Ids next to each other: wide ones differ in their last bits only. */
const everyone = (width: number): TestNode[] =>
  Array.from({ length: 10 }, (_, value) => testNode(BigInt(value), width))

/** The model: the first outcome of a target that was written to counts, until an abort. */
class NaivePublish {
  readonly nodes: readonly TestNode[]
  readonly targets: readonly number[]
  readonly written: number[] = []
  readonly outcomes: Outcome[] = []
  isAborted = false

  constructor(nodes: readonly TestNode[], targets: readonly number[], k: number) {
    this.nodes = nodes
    this.targets = [...new Set(targets)].slice(0, k)
  }

  get isDone(): boolean {
    return this.isAborted || this.outcomes.length === this.targets.length
  }

  next(): number | 'wait' | 'done' {
    if (this.isDone) return 'done'
    const due = this.targets[this.written.length]
    if (due === undefined) return 'wait'
    this.written.push(due)
    return due
  }

  /** Records an outcome; returns whether it counts. */
  tell(outcome: Outcome): keyof typeof FLOORS {
    const { at, told } = outcome
    if (!this.targets.includes(at)) return 'outcome of a stranger'
    if (this.isAborted) return 'outcome after an abort'
    if (!this.written.includes(at)) return 'outcome before the write'
    if (this.isDone) return 'outcome after the end'
    if (this.outcomes.some((other) => other.at === at)) return 'second outcome'
    this.outcomes.push(outcome)
    return told
  }

  outcome(): PublishOutcome<TestNode> {
    const known = this.targets.flatMap((at) => this.outcomes.filter((one) => one.at === at))
    const those = (told: Told): TestNode[] =>
      known.filter((one) => one.told === told).map(({ at }) => this.nodes[at]!)
    const refused = known.filter(({ told }) => told === 'refused')
    return {
      accepted: those('accepted'),
      refused: refused.map(({ at, code }) => ({
        contact: this.nodes[at]!,
        code,
        text: `code ${code}`,
      })),
      unreachable: those('unreachable'),
    }
  }
}

interface Both {
  readonly naive: NaivePublish
  /** The index in the list from which each token came. */
  readonly given: readonly number[]
  readonly census: Census<keyof typeof FLOORS>
}

type Command = fc.Command<Both, Publish<TestNode>>

function command(name: string, run: Command['run']): Command {
  return {
    check: () => true,
    run: (both, publish) => {
      run(both, publish)
      expect(publish.outcome()).toEqual(both.naive.outcome())
      expect(publish.isDone).toBe(both.naive.isDone)
    },
    toString: () => name,
  }
}

const next = command('next', ({ naive, given, census }, publish) => {
  const expected = naive.next()
  const step = publish.next()
  census.count(typeof expected === 'number' ? 'write' : expected)
  if (step.kind !== 'write') expect(step.kind).toBe(expected)
  else {
    expect(step.contact).toBe(naive.nodes[expected as number])
    expect(step.token).toEqual(Uint8Array.of(given.indexOf(expected as number)))
  }
})

/** About a contact that was written to, a target, or any contact. */
const who = fc.record({ among: fc.constantFrom('written', 'targets', 'all'), which: fc.nat() })

const tell = fc
  .record({
    who,
    told: fc.constantFrom<Told[]>('accepted', 'refused', 'unreachable'),
    code: fc.constantFrom(201, 203),
  })
  .map(({ who: { among, which }, told, code }) =>
    command(`${told}(${among}, ${which}, ${code})`, ({ naive, census }, publish) => {
      const all = naive.nodes.map((_, at) => at)
      const pool = { written: naive.written, targets: naive.targets, all }[among] ?? all
      const at = pool[which % pool.length] ?? 0
      census.count(naive.tell({ at, told, code }))
      if (told === 'refused') publish.refused(naive.nodes[at]!, { code, text: `code ${code}` })
      else publish[told](naive.nodes[at]!)
    }),
  )

const abort = command('abort', ({ naive, census }, publish) => {
  census.count(naive.isDone ? 'abort after the end' : 'abort')
  naive.isAborted = true
  publish.abort()
})

const anyCommand = fc.oneof(
  { weight: 10, arbitrary: fc.constant(next) },
  { weight: 14, arbitrary: tell },
  { weight: 1, arbitrary: fc.constant(abort) },
)

it.each([
  { width: 1, name: 'publish', rounds: 4 },
  { width: 20, name: 'publish-160', rounds: 1 },
  { width: 32, name: 'publish-256', rounds: 1 },
])(
  'TRACK-1, SEARCH-21: agrees with the model on every script, with ids of $width bytes',
  ({ width, name, rounds }) => {
    const floors = Object.entries(FLOORS).map(([what, floor]) => [what, (floor * rounds) / 4])
    const census = new Census(name, Object.fromEntries(floors) as typeof FLOORS)
    const nodes = everyone(width)
    const setup = fc.record({
      given: fc.array(fc.nat(nodes.length - 1), { maxLength: 8 }),
      k: fc.integer({ min: 1, max: 6 }),
    })
    fc.assert(
      fc.property(setup, fc.commands([anyCommand], scripts(50)), ({ given, k }, commands) => {
        const naive = new NaivePublish(nodes, given, k)
        const tokens = given.map((at, index) => ({
          contact: nodes[at]!,
          token: Uint8Array.of(index),
        }))
        const distinct = new Set(given).size
        if (distinct === 0) census.count('no targets')
        if (distinct < given.length) census.count('two targets with one id')
        if (distinct > k) census.count('more targets than k')
        const real = new Publish(tokens, { k })
        fc.modelRun(() => ({ model: { naive, given, census }, real }), commands)
        if (real.isDone && !naive.isAborted && distinct > 0) census.count('ends complete')
      }),
      modelRuns(rounds),
    )
    expect(census.close()).toEqual([])
  },
  MODEL_TIMEOUT_MS,
)
