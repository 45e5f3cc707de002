// Scripts of publishing: entering, deleting, every kind of response (in time, late, repeated, to an
// older announcement), and time before, at and after every due time. A command finds its target in
// the model when it runs. After each command the whole publisher is compared with the model.

import type { Id } from '@dht/id'
import type { Census } from '@dht/testing/census'
import fc from 'fast-check'
import { same } from '../support/alike.ts'
import type { PublishingWorld, Question, Reply } from './publishing.world.ts'

export const FLOORS = {
  'enter new': 40,
  'enter anew, same port': 8,
  'enter anew, other port': 20,
  'enter anew while a round is under way': 12,
  'enter anew between rounds': 12,
  'enter one too many': 1,
  delete: 7,
  'delete while a round is under way': 2,
  'delete what is not there': 4,
  'answer with a token': 150,
  'answer without a token': 4,
  'answer that names others': 4,
  'a write accepted': 80,
  'a write refused': 20,
  'a write that fails': 3,
  'a question that fails': 5,
  'a reply of a former generation': 2,
  'a reply twice': 8,
  'a reply after the question was given up': 0,
  'just before a due point': 8,
  'at a due point': 8,
  'just after a due point': 8,
  'a round is due and has no place': 0,
  'a sleep over a due point': 5,
  'several due after a sleep': 1,
  'an early report': 5,
  'a round that is complete': 20,
  'a round that is not': 35,
  'a round that nobody answers': 5,
  'a round of nobody': 5,
  'a retry beyond the last': 0,
  'a few copies will do': 0,
  'fewer than k nodes written to': 8,
  'k nodes written to': 20,
  'a join brings forward what failed': 0,
  'entered while a first contact is sought': 0,
} as const

export type Case = keyof typeof FLOORS

/** Least counts for the few scripts with ids of real width. */
export const REAL_FLOORS: Readonly<Record<Case, number>> = Object.fromEntries(
  Object.entries(FLOORS).map(([name, floor]) => [name, floor < 20 ? 0 : floor / 5]),
) as Record<Case, number>

export interface Both {
  readonly census: Census<Case>
  readonly targets: readonly Id[]
}

type Command = fc.Command<Both, PublishingWorld>

function command(name: string, run: (both: Both, world: PublishingWorld) => void): Command {
  return {
    check: () => true,
    run: (both, world) => {
      const before = world.model.announcements.map(({ last }) => last)
      run(both, world)
      countReports(both, world, before)
      compare(world)
    },
    toString: () => name,
  }
}

/** Compares every field of the publisher with the model. */
function compare(world: PublishingWorld): void {
  const { model, core, now } = world
  const seen = core.inspect(now)
  const { announcements, counters, overlays } = seen
  same(
    // Checks of the closest nodes belong to the model of the whole core.
    announcements.map(({ reviewAt: _, ...rest }) => rest),
    model.announcements.map(({ target, port, dueAt, round, last, operationId, misses }) => ({
      id: target,
      port,
      dueAt,
      publishing: round !== undefined,
      last,
      operationId,
      misses,
      startedAt: round?.startedAt,
      isBlocked: false,
      impliedPort: false,
      seed: false,
    })),
  )
  same(counters.rounds, model.rounds)
  if (model.running.length > model.terms.maxRounds) throw new Error('more rounds than may be')
  const { join, buckets } = overlays[0]!
  const members = buckets.flatMap((bucket) => bucket.members).length
  same([join.isRunning, members], [model.isJoining, model.members])
  const { settled } = model
  const ended = [...world.operations].filter(([operationId]) => settled.has(operationId))
  same(ended.sort(), [...settled].sort())
  for (const { operationId } of model.announcements)
    same([operationId, world.operations.has(operationId)], [operationId, false])
  same(world.violations(seen), [])
}

function countReports(
  { census }: Both,
  { model }: PublishingWorld,
  before: readonly unknown[],
): void {
  for (const { last, misses } of model.announcements) {
    if (last === undefined || before.includes(last)) continue
    if (last.pending > 0) continue
    census.count(last.complete ? 'a round that is complete' : 'a round that is not')
    const { accepted, refused, unreachable } = last
    const written = accepted.length + refused.length + unreachable.length
    if (last.tally.queried === 0) census.count('a round of nobody')
    else if (last.tally.responded === 0) census.count('a round that nobody answers')
    if (written > 0)
      census.count(written < model.terms.k ? 'fewer than k nodes written to' : 'k nodes written to')
    if (misses <= 5) continue
    const isRegular = last.nextAt - last.startedAt > 10 * 60_000
    census.count(isRegular ? 'a few copies will do' : 'a retry beyond the last')
  }
}

const enter = fc
  .record({ which: fc.nat(), port: fc.integer({ min: 1, max: 3 }), isAgain: fc.boolean() })
  .map(({ which, port, isAgain }) =>
    command(`enter(${which}, ${port}, ${isAgain})`, (both, world) => {
      const { targets } = both
      const { announcements } = world.model
      const again = isAgain ? announcements[which % announcements.length] : undefined
      enterAt(again?.target ?? targets[which % targets.length]!, port, both, world)
    }),
  )

function enterAt(target: Id, port: number, { census }: Both, world: PublishingWorld): void {
  const { model } = world
  const former = model.announcementOf(target)
  if (former !== undefined) {
    census.count(former.port === port ? 'enter anew, same port' : 'enter anew, other port')
    const isBusy = former.round !== undefined
    census.count(isBusy ? 'enter anew while a round is under way' : 'enter anew between rounds')
  }
  const { isSeeking } = model
  const operationId = world.operationId()
  model.enter(target, port, operationId, world.now)
  world.begin({ kind: 'enter', operationId, target, port })
  if (model.settled.get(operationId) === 'busy') census.count('enter one too many')
  else if (former === undefined) census.count('enter new')
  if (isSeeking) census.count('entered while a first contact is sought')
}

const remove = fc
  .record({ which: fc.nat(), isThere: fc.constantFrom(true, true, false) })
  .map(({ which, isThere }) =>
    command(`delete(${which}, ${isThere})`, ({ census, targets }, world) => {
      const { model } = world
      const there = isThere ? model.announcements[which % model.announcements.length] : undefined
      const target = there?.target ?? targets[which % targets.length]!
      const former = model.announcementOf(target)
      census.count(former === undefined ? 'delete what is not there' : 'delete')
      if (former?.round !== undefined) census.count('delete while a round is under way')
      model.delete(target, world.now)
      world.begin({ kind: 'delete', target })
    }),
  )

function countReply(question: Question, how: Reply, { census }: Both): void {
  const isWrite = question.query.method === 'announce_peer'
  if (how === 'fail') census.count(isWrite ? 'a write that fails' : 'a question that fails')
  else if (isWrite) census.count(how === 'refuse' ? 'a write refused' : 'a write accepted')
  else if (how === 'no token') census.count('answer without a token')
  else if (how !== 'refuse') census.count('answer with a token')
  if (!isWrite && how === 'name others') census.count('answer that names others')
}

const REPLIES: readonly Reply[] = ['answer', 'answer', 'name others', 'no token', 'refuse', 'fail']

function isAWrite({ query }: Question): boolean {
  return query.method === 'announce_peer'
}

/** A response to a query of a round, or to one of its writes once its lookup is over. */
const reply = fc
  .record({
    how: fc.constantFrom<Reply[]>('answer', 'answer', 'name others', 'no token', 'refuse', 'fail'),
    which: fc.nat(20),
    count: fc.constantFrom(1, 1, 4),
    isWrite: fc.constantFrom(false, false, true),
  })
  .map(({ how, which, count, isWrite }) =>
    command(`reply(${how}, ${which}, ${count}, ${isWrite})`, (both, world) => {
      if (world.wanted.length === 0) enterAt(both.targets[which % 4]!, 7, both, world)
      if (isWrite) answerLookups(both, world)
      for (let i = 0; i < count; i++) {
        const wanted = world.wanted.filter((each) => isAWrite(each) || !isWrite)
        const question = wanted[which % wanted.length]
        if (question === undefined) return
        const { wasWanted } = world.reply(question, how)
        if (wasWanted) countReply(question, how, both)
        else both.census.count('a reply after the question was given up')
      }
    }),
  )

/** PUB-3: a response that is late, repeated or to an older announcement has no effect. */
const replyInVain = fc
  .record({ how: fc.constantFrom(...REPLIES), which: fc.nat() })
  .map(({ how, which }) =>
    command(`replyInVain(${how}, ${which})`, ({ census }, world) => {
      if (how === 'fail') return
      const wanted = new Set(world.wanted)
      const all = world.questions.filter((each) => !wanted.has(each))
      const { open: stillOpen } = world
      const open = all.filter((each) => stillOpen.has(each))
      const vain = open.length > 0 && which % 2 === 0 ? open : all
      const question = vain.at(-1 - (which % Math.max(vain.length, 1)))
      if (question === undefined) return
      const wasSettled = question.isSettled
      const asked = world.questions.length
      const announcements = world.core.inspect(world.now).announcements
      const { wasOpen } = world.reply(question, how)
      same(world.questions.length, asked)
      // A first contact may end the join that failed announcements wait for; nothing else can.
      same(world.core.inspect(world.now).announcements, announcements)
      if (wasOpen) census.count('a reply of a former generation')
      else census.count(wasSettled ? 'a reply twice' : 'a reply after the question was given up')
    }),
  )

/** How friends respond to the queries of rounds; undefined: not at all. */
type Manner = (question: Question, world: PublishingWorld) => Reply | undefined

const MANNERS = {
  'all answer': () => 'answer',
  'nobody answers': () => undefined,
  'lookups are answered': (question) => (isAWrite(question) ? undefined : 'answer'),
  'one is slow to lookups': (question, { friends }) =>
    !isAWrite(question) && question.to === friends[0] ? undefined : 'answer',
  'one is silent to writes': (question, { friends }) =>
    isAWrite(question) && question.to === friends[0] ? undefined : 'answer',
  'every other one refuses writes': (question, { friends }) =>
    isAWrite(question) && friends.indexOf(question.to) % 2 === 0 ? 'refuse' : 'answer',
} as const satisfies Readonly<Record<string, Manner>>

type MannerName = keyof typeof MANNERS

/** All friends respond in their manner until no query is left. */
function react(name: MannerName, both: Both, world: PublishingWorld): void {
  const manner: Manner = MANNERS[name]
  const passedOver = new Set<Question>()
  for (;;) {
    const questions = world.wanted.filter((each) => !passedOver.has(each))
    if (questions.length === 0) return
    for (const question of questions) {
      passedOver.add(question)
      const how = manner(question, world)
      if (how === undefined || !world.isWanted(question)) continue
      const { wasWanted } = world.reply(question, how)
      if (wasWanted) countReply(question, how, both)
    }
  }
}

function answerLookups(both: Both, world: PublishingWorld): void {
  react('lookups are answered', both, world)
}

const anyManner = fc.constantFrom(...(Object.keys(MANNERS) as MannerName[]))

const reactNow = anyManner.map((manner) =>
  command(`react(${manner})`, (both, world) => react(manner, both, world)),
)

function pass(until: number, manner: MannerName, both: Both, world: PublishingWorld): void {
  const { model } = world
  world.passTo(until, () => {
    react(manner, both, world)
    const { next } = model
    if (next !== undefined && next.dueAt <= world.now && !model.mayStart)
      both.census.count('a round is due and has no place')
  })
}

const advance = fc
  .record({
    ms: fc.oneof(
      { weight: 6, arbitrary: fc.nat(24) },
      { weight: 6, arbitrary: fc.integer({ min: 100, max: 3_000 }) },
      { weight: 3, arbitrary: fc.integer({ min: 10_000, max: 120_000 }) },
      { weight: 1, arbitrary: fc.constant(20 * 60_000) },
    ),
    manner: anyManner,
  })
  .map(({ ms, manner }) =>
    command(`advance(${ms}, ${manner})`, (both, world) => {
      pass(world.now + ms, manner, both, world)
    }),
  )

/** A round with one slow node: the others are written to, then it responds, or does not. */
const slow = fc
  .record({ which: fc.nat(), ms: fc.integer({ min: 600, max: 2_500 }), isLate: fc.boolean() })
  .map(({ which, ms, isLate }) =>
    command(`slow(${which}, ${ms}, ${isLate})`, (both, world) => {
      const target = both.targets[which % both.targets.length]!
      enterAt(target, 5, both, world)
      pass(world.now + ms, 'one is slow to lookups', both, world)
      const { last } = world.model.announcementOf(target) ?? {}
      if (last !== undefined && last.pending > 0) both.census.count('an early report')
      react(isLate ? 'all answer' : 'one is slow to lookups', both, world)
    }),
  )

const toDue = fc
  .record({ off: fc.constantFrom(-1, 0, 1), manner: anyManner })
  .map(({ off, manner }) =>
    command(`toDue(${off}, ${manner})`, (both, world) => {
      react(manner, both, world)
      const { next } = world.model
      if (next === undefined) return
      const names = {
        '-1': 'just before a due point',
        0: 'at a due point',
        1: 'just after a due point',
      } as const
      both.census.count(names[off as 0])
      pass(Math.max(world.now, next.dueAt + off), manner, both, world)
    }),
  )

/** The machine sleeps: much time passes at once. */
const sleep = fc
  .oneof(
    fc.nat(60_000),
    fc.integer({ min: 40, max: 180 }).map((minutes) => minutes * 60_000),
  )
  .map((ms) =>
    command(`sleep(${ms})`, ({ census }, world) => {
      const until = world.now + ms
      const due = world.model.announcements.filter(({ dueAt, round }) => !round && dueAt <= until)
      if (due.length > 0) census.count('a sleep over a due point')
      if (due.length > 1) census.count('several due after a sleep')
      world.sleepTo(until)
    }),
  )

const deafen = fc.boolean().map((isDeaf) =>
  command(isDeaf ? 'deafen' : 'listen', (_both, world) => {
    if (isDeaf) world.isDeaf = true
    else world.listen()
  }),
)

const join = fc.boolean().map((isDeaf) =>
  command(`join(${isDeaf})`, ({ census }, world) => {
    if (isDeaf) world.isDeaf = true
    const { model } = world
    const failed = model.announcements.filter(({ misses, round, dueAt }) => {
      return misses > 0 && round === undefined && dueAt > world.now
    })
    const endpoints = world.friends.map(({ endpoint }) => endpoint)
    world.begin({ kind: 'bootstrap', endpoints, routers: [] })
    world.begin({ kind: 'join', operationId: world.operationId() })
    const isForward = failed.some(
      (announcement) => announcement.round !== undefined || announcement.dueAt <= world.now,
    )
    if (isForward) census.count('a join brings forward what failed')
  }),
)

export const anyCommand: fc.Arbitrary<Command> = fc.oneof(
  { weight: 10, arbitrary: enter },
  { weight: 4, arbitrary: remove },
  { weight: 16, arbitrary: reply },
  { weight: 7, arbitrary: replyInVain },
  { weight: 4, arbitrary: reactNow },
  { weight: 6, arbitrary: advance },
  { weight: 3, arbitrary: slow },
  { weight: 8, arbitrary: toDue },
  { weight: 3, arbitrary: sleep },
  { weight: 2, arbitrary: deafen },
  { weight: 3, arbitrary: join },
)
