// Write tokens compared with an ideal authenticator: the list of what each instance issued, to
// which address and target and in which epoch. A token is accepted exactly when the same instance
// issued it for the same address and target in the present epoch or the one before.

import { idFromBigInt } from '@dht/id'
import { seededRandom } from '@dht/testing'
import { Census, MODEL_TIMEOUT_MS, modelRuns, scripts } from '@dht/testing/census'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { WriteTokens } from '../../src/index.ts'
import { targetOf } from '../support/world.ts'

const ROTATE_MS = 100
const ADDRESSES = ['192.0.2.1', '192.0.2.11', '::1']
/** Ids of one byte, and similar ids of both real widths. */
const TARGETS = [
  ...[0, 1, 255].map(targetOf),
  ...[20, 32].flatMap((width) => [6n, 7n].map((value) => idFromBigInt(value, width))),
]

const FLOORS = {
  issued: 300,
  'issued under a clock set back': 20,
  'accepted in its epoch': 100,
  'accepted in the next': 100,
  'void after two rotations': 100,
  'void after more rotations': 50,
  'void at another address': 50,
  'void for another target': 50,
  'void at another instance': 50,
  'void after a restart': 20,
  'void with a bit flipped': 30,
  'void when cut': 30,
  'void when longer': 30,
  'just before a rotation': 30,
  'at a rotation': 30,
  'just after a rotation': 30,
  'over a rotation': 30,
  'clock set back': 30,
  'accepted under a clock set back': 10,
} as const

interface Issued {
  readonly token: Uint8Array
  readonly instance: Instance
  readonly address: number
  readonly target: number
  readonly epoch: number
}

/** The tokens of one run of a node; it knows only the time that it was given. */
interface Instance {
  readonly tokens: WriteTokens
  epoch: number
}

interface Model {
  readonly issued: Issued[]
  readonly retired: Set<Instance>
  readonly census: Census<keyof typeof FLOORS>
  now: number
}

/** Two nodes. */
type Nodes = [Instance, Instance]
type Command = fc.Command<Model, Nodes>

function begin(seed: number): Instance {
  const random = seededRandom(seed)
  const tokens = new WriteTokens({ random, tag: 'toy', rotateMs: ROTATE_MS })
  return { tokens, epoch: Number.NEGATIVE_INFINITY }
}

/** Gives an instance the time; returns whether it has been given a later one. */
function tell(instance: Instance, now: number): boolean {
  const epoch = Math.floor(now / ROTATE_MS)
  const isBack = epoch < instance.epoch
  instance.epoch = Math.max(instance.epoch, epoch)
  return isBack
}

function command(name: string, run: Command['run']): Command {
  return { check: () => true, run, toString: () => name }
}

const anyNode = fc.constantFrom<(0 | 1)[]>(0, 1)
const anyAddress = fc.nat(ADDRESSES.length - 1)
const anyTarget = fc.nat(TARGETS.length - 1)

const issue = fc.tuple(anyNode, anyAddress, anyTarget).map(([at, address, target]) =>
  command(`issue(${at}, ${address}, ${target})`, ({ issued, census, now }, nodes) => {
    const instance = nodes[at]
    census.count(tell(instance, now) ? 'issued under a clock set back' : 'issued')
    const token = instance.tokens.issue(ADDRESSES[address]!, TARGETS[target]!, now)
    const again = instance.tokens.issue(ADDRESSES[address]!, TARGETS[target]!, now)
    expect(again).toEqual(token)
    issued.push({ token, instance, address, target, epoch: instance.epoch })
  }),
)

const FORMS = ['whole', 'flipped', 'cut', 'longer'] as const

/** Presents a token, sometimes changed, where it is valid or elsewhere. */
const check = fc
  .record({
    which: fc.nat(),
    away: fc.constantFrom('no', 'no', 'address', 'target', 'instance'),
    form: fc.oneof({ weight: 5, arbitrary: fc.constant('whole') }, fc.constantFrom(...FORMS)),
    bit: fc.nat(63),
  })
  .map(({ which, away, form, bit }) =>
    command(
      `check(${which}, ${away}, ${form}, ${bit})`,
      ({ issued, census, retired, now }, nodes) => {
        // The latest first: 0 is the simplest choice, and old tokens are invalid anyway.
        const found = issued[issued.length - 1 - (which % issued.length)]
        if (found === undefined) return
        const at = nodes.indexOf(found.instance)
        const isHome = at >= 0 && away !== 'instance'
        const instance = isHome ? found.instance : nodes[at === 0 ? 1 : 0]
        const address = (found.address + (away === 'address' ? 1 : 0)) % ADDRESSES.length
        const target = (found.target + (away === 'target' ? 1 : 0)) % TARGETS.length
        const isBack = tell(instance, now)
        const shown = shape(found.token, form, bit)
        const isGood = issued.some(
          (one) =>
            one.instance === instance &&
            one.address === address &&
            one.target === target &&
            instance.epoch - one.epoch <= 1 &&
            String(one.token) === String(shown),
        )
        expect(instance.tokens.check(shown, ADDRESSES[address]!, TARGETS[target]!, now)).toBe(
          isGood,
        )
        const age = instance.epoch - found.epoch
        if (isGood) census.count(age === 0 ? 'accepted in its epoch' : 'accepted in the next')
        if (isGood && isBack) census.count('accepted under a clock set back')
        if (isGood) return
        if (retired.has(found.instance)) census.count('void after a restart')
        else if (!isHome) census.count('void at another instance')
        else if (away === 'address') census.count('void at another address')
        else if (away === 'target') census.count('void for another target')
        else if (form === 'flipped') census.count('void with a bit flipped')
        else if (form === 'cut') census.count('void when cut')
        else if (form === 'longer') census.count('void when longer')
        else census.count(age === 2 ? 'void after two rotations' : 'void after more rotations')
      },
    ),
  )

function shape(token: Uint8Array, form: string, bit: number): Uint8Array {
  if (form === 'cut') return token.slice(0, bit % 8)
  if (form === 'longer') return Uint8Array.of(...token, 0)
  if (form === 'whole') return token
  return token.map((byte, at) => (at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte))
}

const restart = anyNode.map((at) =>
  command(`restart(${at})`, ({ retired }, nodes) => {
    retired.add(nodes[at])
    nodes[at] = begin(2 + retired.size)
  }),
)

const toRotation = fc.constantFrom(0, -1, 1).map((off) =>
  command(`toRotation(${off})`, (model) => {
    const next = (Math.floor(model.now / ROTATE_MS) + 1) * ROTATE_MS
    model.now = next + off
    const names = { '-1': 'just before', 0: 'at', 1: 'just after' } as const
    model.census.count(`${names[off as 0]} a rotation` as 'at a rotation')
  }),
)

const pass = fc.integer({ min: -150, max: 350 }).map((ms) =>
  command(`pass(${ms})`, (model) => {
    model.now += ms
    if (ms < 0) model.census.count('clock set back')
    if (ms > ROTATE_MS) model.census.count('over a rotation')
  }),
)

const anyCommand = fc.oneof(
  { weight: 5, arbitrary: issue },
  { weight: 14, arbitrary: check },
  { weight: 1, arbitrary: restart },
  { weight: 3, arbitrary: toRotation },
  { weight: 1, arbitrary: pass },
)

it('TOKEN-1, TOKEN-2, TOKEN-3, TOKEN-4, TOKEN-5, TOKEN-6, TOKEN-8: equal to the ideal one', {
  timeout: MODEL_TIMEOUT_MS,
}, () => {
  const census = new Census('write-tokens', FLOORS)
  const start = fc.integer({ min: -500, max: 500 })
  fc.assert(
    fc.property(start, fc.commands([anyCommand], scripts(60)), (now, commands) => {
      const model: Model = { issued: [], retired: new Set(), census, now }
      const real: Nodes = [begin(1), begin(2)]
      fc.modelRun(() => ({ model, real }), commands)
    }),
    modelRuns(5),
  )
  expect(census.close()).toEqual([])
})
