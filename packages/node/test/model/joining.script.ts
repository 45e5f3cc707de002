// Scripts of joining: bootstrap lists of every kind, concurrent operations, responses, errors and
// silence, all contacts lost and found again, and time up to, at and after the next attempt.

import { endpoint, formatEndpoint } from '@dht/krpc'
import type { Census } from '@dht/testing/census'
import fc from 'fast-check'
import { same } from '../support/alike.ts'
import { type JoiningWorld, LOCALS, type Question, type Reply } from './joining.world.ts'

export const FLOORS = {
  'an empty list': 5,
  'a list of the living': 12,
  'dead endpoints in the list': 15,
  'our own address in the list': 8,
  'an endpoint twice in the list': 8,
  'the other family in the list': 8,
  'a list of which more may come': 10,
  'a list that changes while an attempt is under way': 5,
  'news for a node that found nobody': 5,
  'an attempt that waits for names alone': 2,
  'a warning that the list is silent': 5,
  'a request to join': 80,
  'a request while an attempt is under way': 10,
  'a request when joined': 10,
  'several operations end together': 2,
  'an attempt that finds somebody': 10,
  'an attempt that finds nobody': 50,
  'an attempt with nobody known': 30,
  'just before the next attempt': 5,
  'at the next attempt': 5,
  'just after the next attempt': 5,
  'everybody lost': 2,
  'a first contact by chance': 2,
  'a node of both families': 10,
} as const

export type Case = keyof typeof FLOORS

export interface Both {
  readonly census: Census<Case>
}

type Command = fc.Command<Both, JoiningWorld>

function command(name: string, run: (both: Both, world: JoiningWorld) => void): Command {
  return {
    check: () => true,
    run: (both, world) => {
      const { families } = world
      const { bootstrapRequests, ends, silences } = world
      const before = families.map((family) => ({ ...world.joins.get(family)! }))
      run(both, world)
      count(both, world, before)
      if (world.bootstrapRequests > bootstrapRequests)
        both.census.count('an attempt with nobody known')
      if (world.silences > silences) both.census.count('a warning that the list is silent')
      if (world.ends > ends + 1) both.census.count('several operations end together')
      compare(both, world)
    },
    toString: () => name,
  }
}

function count(
  { census }: Both,
  world: JoiningWorld,
  before: readonly { readonly ended_: number }[],
): void {
  world.families.forEach((family, i) => {
    const { ended_, lastContacts } = world.joins.get(family)!
    if (ended_ === before[i]!.ended_) return
    census.count(
      lastContacts > 0 ? 'an attempt that finds somebody' : 'an attempt that finds nobody',
    )
  })
}

/** Compares each join with its model. */
function compare({ census }: Both, world: JoiningWorld): void {
  const { overlays } = world.core.inspect(world.now)
  for (const { family, join, openQueries } of overlays) {
    const model = world.joins.get(family)!
    const { isRunning, joined, hasTried, retry, waitMs } = model
    const { nextAt, isApproaching } = join
    const [asked, answered] = [model.bootstrapAsked.size, model.bootstrapAnswered.size]
    const bootstrap = { queried: asked, responded: answered }
    same(join, { isRunning, isApproaching, joined, hasTried, bootstrap, nextAt, waitMs })
    if (isApproaching && (!isRunning || hasTried)) throw new Error('a first attempt that is none')
    if (retry === undefined) same(nextAt, undefined)
    else {
      const { from, to } = retry
      const wakeAt = world.core.nextTimeout(world.now)?.at
      if (nextAt === undefined || nextAt < from || nextAt >= to)
        throw new Error(`the next attempt at ${nextAt}, expected ${from} to ${to}`)
      if (wakeAt === undefined || wakeAt > nextAt)
        throw new Error(`woken at ${wakeAt} for an attempt at ${nextAt}`)
    }
    // An attempt waits for a response; one that waits for nothing would never end.
    const waitsForNames = isRunning && openQueries.length === 0
    if (waitsForNames && !model.isPending) throw new Error('an attempt waits for nothing')
    if (waitsForNames) census.count('an attempt that waits for names alone')
    if (isApproaching) model.approaches()
    if (model.isNews) throw new Error('BOOT-5: what is new in the list is not used')
    model.isWished = false
    model.isSuggested = false
  }
}

const KINDS = ['living', 'dead', 'own', 'twice', 'other family'] as const

const know = fc
  .record({
    kinds: fc.array(fc.constantFrom(...KINDS), { maxLength: 5 }),
    which: fc.nat(),
    pending: fc.constantFrom(false, false, true),
  })
  .map(({ kinds, which, pending }) =>
    command(`know(${kinds}, ${which}, ${pending})`, ({ census }, world) => {
      const { peers, families } = world
      const living = peers[which % peers.length]!.endpoint
      const other = families.includes(6) ? '2001:4860:eeee::1' : '2001:4860:dddd::1'
      const endpoints = kinds.flatMap((kind, i) => {
        if (kind === 'living') return [peers[(which + i) % peers.length]!.endpoint]
        if (kind === 'dead') return [endpoint(`30.${i}.0.1`, 1)]
        if (kind === 'own') return [LOCALS[families[0]!]]
        if (kind === 'twice') return [living, living]
        return [endpoint(other, 1)]
      })
      if (kinds.length === 0) census.count('an empty list')
      if (kinds.includes('living')) census.count('a list of the living')
      if (kinds.includes('dead')) census.count('dead endpoints in the list')
      if (kinds.includes('own')) census.count('our own address in the list')
      if (kinds.includes('twice')) census.count('an endpoint twice in the list')
      if (kinds.includes('other family')) census.count('the other family in the list')
      for (const [family, join] of world.joins) {
        const those = endpoints.filter((each) => each.family === family).map(formatEndpoint)
        const list = {
          all: new Set(those),
          own: formatEndpoint(LOCALS[family]),
          isPending: pending,
        }
        if (join.isRunning) census.count('a list that changes while an attempt is under way')
        join.knows(list, world.table(family).isDeserted)
        if (join.isNews) census.count('news for a node that found nobody')
      }
      if (pending) census.count('a list of which more may come')
      world.begin({ kind: 'bootstrap', endpoints, routers: [], pending })
    }),
  )

const join = command('join', ({ census }, world) => {
  const joins = [...world.joins.values()]
  census.count('a request to join')
  if (joins.length > 1) census.count('a node of both families')
  if (joins.some(({ isRunning }) => isRunning))
    census.count('a request while an attempt is under way')
  const isJoined = joins.every(({ isRunning, joined }) => joined && !isRunning)
  if (isJoined) census.count('a request when joined')
  const { ends } = world
  world.wishToJoin()
  if (isJoined) same(world.ends, ends + 1)
})

function isLiving(world: JoiningWorld, { to }: Question): boolean {
  return world.peers.includes(to)
}

/** Peers of one family may name contacts of the other. */
function answer(question: Question, how: Reply, world: JoiningWorld): void {
  for (const each of world.joins.values()) each.isSuggested = how === 'name others'
  world.reply(question, how)
}

const reply = fc
  .record({
    how: fc.constantFrom<Reply[]>(
      'answer',
      'name others',
      'name others',
      'our own id',
      'refuse',
      'fail',
    ),
    which: fc.nat(),
    count: fc.constantFrom(1, 2, 8),
  })
  .map(({ how, which, count: times }) =>
    command(`reply(${how}, ${which}, ${times})`, (_both, world) => {
      for (let i = 0; i < times; i++) {
        const all = world.questions.filter((each) => how === 'fail' || isLiving(world, each))
        const question = all[which % all.length]
        if (question !== undefined) answer(question, how, world)
      }
    }),
  )

/** All living peers respond to everything; the others are silent. */
function prosper(world: JoiningWorld): void {
  for (;;) {
    const question = world.questions.find((each) => isLiving(world, each))
    if (question === undefined) return
    answer(question, 'name others', world)
  }
}

function pass(until: number, isUp: boolean, world: JoiningWorld): void {
  world.passTo(until, () => {
    if (isUp) prosper(world)
    if (world.questions.length > 400) world.questions.splice(0, 200)
  })
}

const advance = fc
  .record({ ms: fc.constantFrom(0, 20, 700, 5_000, 30_000, 120_000), isUp: fc.boolean() })
  .map(({ ms, isUp }) =>
    command(`advance(${ms}, ${isUp})`, (_both, world) => {
      if (isUp) prosper(world)
      pass(world.now + ms, isUp, world)
    }),
  )

const toTheNext = fc
  .record({ off: fc.constantFrom(-1, 0, 1), isUp: fc.boolean() })
  .map(({ off, isUp }) =>
    command(`toTheNext(${off}, ${isUp})`, ({ census }, world) => {
      if (isUp) prosper(world)
      const due = world.core.inspect(world.now).overlays.flatMap((o) => o.join.nextAt ?? [])
      if (due.length === 0) return
      const names = {
        '-1': 'just before the next attempt',
        0: 'at the next attempt',
        1: 'just after the next attempt',
      } as const
      census.count(names[off as 0])
      pass(Math.max(world.now, Math.min(...due) + off), isUp, world)
    }),
  )

/** All peers are unreachable, until all contacts are bad. */
const lose = command('lose', ({ census }, world) => {
  const joined = world.families.filter((family) => !world.table(family).isDeserted)
  for (const { endpoint: to } of world.peers) {
    for (let i = 0; i < 2; i++) {
      world.begin({ kind: 'ping', operationId: world.operationId(), to })
      const question = world.lastTo(to)
      if (question !== undefined) answer(question, 'fail', world)
    }
  }
  if (joined.some((family) => world.table(family).isDeserted)) census.count('everybody lost')
})

const meet = fc.nat().map((which) =>
  command(`meet(${which})`, ({ census }, world) => {
    const isAlone = [...world.joins.values()].some((each) => each.isAlone && !each.isRunning)
    const { endpoint: to } = world.peers[which % world.peers.length]!
    world.begin({ kind: 'ping', operationId: world.operationId(), to })
    const question = world.lastTo(to)
    if (question !== undefined) answer(question, 'answer', world)
    if (isAlone && [...world.joins.values()].some((each) => each.retry !== undefined))
      census.count('a first contact by chance')
  }),
)

export const anyCommand: fc.Arbitrary<Command> = fc.oneof(
  { weight: 4, arbitrary: know },
  { weight: 6, arbitrary: fc.constant(join) },
  { weight: 6, arbitrary: reply },
  { weight: 5, arbitrary: advance },
  { weight: 4, arbitrary: toTheNext },
  { weight: 1, arbitrary: fc.constant(lose) },
  { weight: 1, arbitrary: meet },
)
