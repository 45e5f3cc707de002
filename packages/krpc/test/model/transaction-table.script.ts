// Scripts of commands for the table and its model. A command contains numbers only, which are
// resolved against the model when it runs (the third open query, 1 ms before the next deadline), so
// that scripts reach the cases that matter. After every command everything visible of the table is
// compared.

import { type TransactionConfig, TransactionTable } from '@dht/krpc'
import { seededRandom } from '@dht/testing'
import type { Census } from '@dht/testing/census'
import { type Route, routeWithin, type Spans, Traffic } from '@dht/testing/round-trips'
import fc from 'fast-check'
import { expect } from 'vitest'
import type { Case } from './transaction-table.cases.ts'
import { type Asked, secondIdOf, TransactionModel } from './transaction-table.model.ts'
import {
  answerLate,
  arrive,
  type Both,
  compare,
  ENDPOINTS,
  handleTimeout,
  open,
  passTo,
  pick,
  type Table,
  travel,
} from './transaction-table.steps.ts'

type Command = fc.Command<Both, Table>

export interface Setup {
  readonly seed: number
  readonly config: TransactionConfig
  readonly routes: readonly Route[]
}

const anyConfig: fc.Arbitrary<TransactionConfig> = fc.record({
  maxOpen: fc.constantFrom(4, 9),
  maxEndpoints: fc.constantFrom(2, 9),
  firstTimeoutMs: fc.constantFrom(10, 20),
  minTimeoutMs: fc.constantFrom(1, 10),
  maxTimeoutMs: fc.constantFrom(40, 20),
  minMarginMs: fc.constantFrom(3, 20),
  giveUpMs: fc.constantFrom(40, 300),
  minGiveUpMs: fc.constantFrom(1, 40),
  keepExpiredMs: fc.constantFrom(25, 9000),
  suspectMs: fc.constantFrom(100, 9000),
})

export const anySetup: fc.Arbitrary<Setup> = anyConfig.chain((config) =>
  fc.record({
    seed: fc.nat({ max: 9999 }),
    config: fc.constant(config),
    routes: fc.array(routeWithin(spansOf(config)), { maxLength: ENDPOINTS.length }),
  }),
)

function spansOf({ firstTimeoutMs, giveUpMs, keepExpiredMs }: TransactionConfig): Spans {
  return { firstStallMs: firstTimeoutMs, giveUpMs, forgetMs: giveUpMs + keepExpiredMs }
}

function command(name: string, run: (both: Both, table: Table) => void): Command {
  return {
    check: () => true,
    run: (both, table) => {
      run(both, table)
      compare(both.model, table)
    },
    toString: () => name,
  }
}

const openCommand = fc
  .nat({ max: ENDPOINTS.length - 1 })
  .map((to) => command(`open(${to})`, (both, table) => open(ENDPOINTS[to]!, both, table)))

const answer = fc
  .record({
    which: fc.nat(),
    kind: fc.constantFrom('response', 'error', 'malformed'),
    toSecond: fc.boolean(),
  })
  .map(({ which, kind, toSecond }) =>
    command(`answer(${which}, ${kind}, ${toSecond})`, ({ model, census }, table) => {
      const asked = pick(model.open, which)
      if (asked === undefined) return
      const { stalled, now } = model
      const isSecond = toSecond && stalled.has(asked)
      const id = isSecond ? secondIdOf(asked) : asked.transactionId
      expect(arrive(kind, id, asked.to, model, table)).toBe(asked)
      census.count(`answer: ${kind}`)
      if (isSecond) census.count('answer to the second sending')
      else if (stalled.has(asked)) census.count('answer to the first sending after a stall')
      if (now >= asked.expireAt)
        census.count('response after its deadline, before a timeout is handled')
      if (now < asked.sentAt) census.count('answer before it was asked')
    }),
  )

/** A response to a query that has ended. */
const stray = fc
  .record({ which: fc.nat(), kind: fc.constantFrom('response', 'error') })
  .map(({ which, kind }) =>
    command(`stray(${which}, ${kind})`, ({ model, census }, table) => {
      const remembered = model.expired.map((each) => each.asked)
      const isOver = (asked: Asked) => !model.open.includes(asked) && !remembered.includes(asked)
      const old = pick(model.all.filter(isOver), which)
      if (old === undefined) return
      const newer = arrive(kind, old.transactionId, old.to, model, table)
      expect(newer).not.toBe(old)
      census.count(newer === undefined ? strayCase(model, old) : 'stray fits a newer question')
    }),
  )

/** A query to one endpoint that gets its response after it has expired, several times in a row. */
const late = fc
  .record({
    to: fc.nat({ max: ENDPOINTS.length - 1 }),
    times: fc.integer({ min: 1, max: 7 }),
    toSecond: fc.boolean(),
  })
  .map(({ to, times, toSecond }) =>
    command(`late(${to}, ${times}, ${toSecond})`, (both, table) => {
      for (let time = 0; time < times; time += 1) {
        open(ENDPOINTS[to]!, both, table)
        if (toSecond) passTo(both.model.nextAt(), both, table)
        passTo(Math.max(...both.model.open.map((one) => one.expireAt)), both, table)
        answerLate(both.model.expired.length - 1, toSecond, both, table)
      }
    }),
  )

const lateAnswer = fc
  .record({ which: fc.nat(), toSecond: fc.boolean() })
  .map(({ which, toSecond }) =>
    command(`lateAnswer(${which}, ${toSecond})`, (both, table) =>
      answerLate(which, toSecond, both, table),
    ),
  )

function strayCase(model: TransactionModel, old: Asked): Case {
  const how = model.ends.get(old)?.[0]
  if (how === 'expired') return 'late: answered before, or forgotten'
  if (how === 'cancelled') return 'late: after cancel'
  return how === 'failed' ? 'late: after failure' : 'duplicate'
}

const wrongEndpoint = fc
  .record({ which: fc.nat(), step: fc.integer({ min: 1, max: ENDPOINTS.length - 1 }) })
  .map(({ which, step }) =>
    command(`wrongEndpoint(${which}, ${step})`, ({ model, census }, table) => {
      const asked = pick(model.open, which)
      if (asked === undefined) return
      const from = ENDPOINTS[(ENDPOINTS.indexOf(asked.to) + step) % ENDPOINTS.length]!
      expect(arrive('response', asked.transactionId, from, model, table)).toBeUndefined()
      census.count('wrong endpoint')
    }),
  )

const wrongId = fc
  .record({
    which: fc.nat(),
    form: fc.constantFrom('longer', 'shorter', 'flipped', 'rotated', 'second'),
  })
  .map(({ which, form }) =>
    command(`wrongId(${which}, ${form})`, ({ model, census }, table) => {
      const asked = pick(model.open, which)
      if (asked === undefined || (form === 'second' && model.stalled.has(asked))) return
      const id = asked.transactionId
      const wrong = {
        longer: Uint8Array.of(...id, 0),
        shorter: id.slice(0, 3),
        flipped: id.map((byte, at) => (at === 0 ? byte ^ 0x40 : byte)),
        rotated: Uint8Array.of(id[3]! ^ 0xf0, 0, 0, 0),
        second: secondIdOf(asked),
      }[form]
      expect(arrive('response', wrong, asked.to, model, table)).toBeUndefined()
      census.count('wrong id')
    }),
  )

const query = fc.nat().map((which) =>
  command(`query(${which})`, ({ model, census }, table) => {
    const asked = pick(model.open, which)
    if (asked === undefined) return
    expect(arrive('query', asked.transactionId, asked.to, model, table)).toBeUndefined()
    expect(model.open).toContain(asked)
    census.count('query with an open id')
  }),
)

const cancel = fc.nat().map((which) =>
  command(`cancel(${which})`, ({ model, census }, table) => {
    const asked = pick(model.all, which)
    if (asked === undefined) return
    const isOpen = model.open.includes(asked)
    expect(table.cancel(asked)).toBe(isOpen)
    if (isOpen) model.ended(asked, 'cancelled')
    census.count(isOpen ? 'cancel: open' : 'cancel: ended')
  }),
)

const failTo = fc.nat({ max: ENDPOINTS.length - 1 }).map((to) =>
  command(`failTo(${to})`, ({ model, census }, table) => {
    const meant = model.open.filter((asked) => asked.to === ENDPOINTS[to])
    expect(table.failTo(ENDPOINTS[to]!)).toEqual(meant)
    for (const asked of meant) model.ended(asked, 'failed')
    if (meant.length === 0) census.count('failTo: nobody')
    if (meant.length > 1) census.count('failTo: several')
  }),
)

const timeoutWhenDue = fc.constantFrom(0, -1, 1).map((off) =>
  command(`timeoutWhenDue(${off})`, (both, table) => {
    const due = both.model.nextAt()
    if (due === undefined) return
    both.model.now = due + off
    handleTimeout(both, table)
    const names = {
      '-1': 'timeout handled 1 ms early',
      0: 'timeout handled on time',
      1: 'timeout handled 1 ms late',
    } as const
    both.census.count(names[off as 0])
  }),
)

/**
 * Queries to one endpoint that expire one after another: an endpoint does not stay a suspect
 * forever.
 */
const silence = fc
  .record({ to: fc.nat({ max: ENDPOINTS.length - 1 }), times: fc.integer({ min: 1, max: 9 }) })
  .map(({ to, times }) =>
    command(`silence(${to}, ${times})`, (both, table) => {
      if (times > 6) both.census.count('suspect for ever')
      for (let time = 0; time < times; time += 1) {
        open(ENDPOINTS[to]!, both, table)
        both.model.now = Math.max(both.model.now, ...both.model.open.map((one) => one.expireAt))
        handleTimeout(both, table)
      }
    }),
  )

/** Lets time pass beyond several deadlines at once: the caller was late. */
const oversleep = fc.integer({ min: 0, max: 120 }).map((ms) =>
  command(`oversleep(${ms})`, (both, table) => {
    both.model.now += ms
    handleTimeout(both, table)
  }),
)

const travelOn = fc.integer({ min: 1, max: 4 }).map((steps) =>
  command(`travel(${steps})`, (both, table) => {
    for (let step = 0; step < steps; step += 1) travel(both, table)
  }),
)

const pass = fc.integer({ min: -30, max: 60 }).map((ms) =>
  command(`pass(${ms})`, ({ model, census }) => {
    model.now += ms
    census.count(ms < 0 ? 'clock set back' : 'time passes, no timeout handled')
  }),
)

export const anyCommand: fc.Arbitrary<Command> = fc.oneof(
  { weight: 8, arbitrary: openCommand },
  { weight: 5, arbitrary: answer },
  { weight: 2, arbitrary: stray },
  { weight: 1, arbitrary: wrongEndpoint },
  { weight: 1, arbitrary: wrongId },
  { weight: 1, arbitrary: query },
  { weight: 1, arbitrary: cancel },
  { weight: 2, arbitrary: failTo },
  { weight: 4, arbitrary: timeoutWhenDue },
  { weight: 1, arbitrary: oversleep },
  { weight: 1, arbitrary: silence },
  { weight: 1, arbitrary: late },
  { weight: 3, arbitrary: lateAnswer },
  { weight: 4, arbitrary: pass },
  { weight: 2, arbitrary: travelOn },
)

/** A table with ids from 6 pairs, so that they collide, and its model. */
export function begin(
  { seed, config, routes }: Setup,
  census: Census<Case>,
): { model: Both; real: Table } {
  const random = seededRandom(seed)
  const draws: Uint8Array[] = []
  const source = (length: number): Uint8Array => {
    const [first, last] = random(length)
    draws.push(Uint8Array.of(first! & 0x80, 0, 0, last! % 6))
    return draws.at(-1)!
  }
  const traffic: Both['traffic'] = new Traffic()
  const model = { model: new TransactionModel(config), census, draws, routes, traffic }
  return { model, real: new TransactionTable(source, config) }
}

/** No more responses: all open queries expire, and every query has ended once. */
export function drain(both: Both, table: Table): void {
  const { model } = both
  for (let at = table.nextTimeout(); at !== undefined; at = table.nextTimeout()) {
    model.now = Math.max(model.now, at)
    handleTimeout(both, table)
  }
  expect(model.open).toEqual([])
  expect(table.size).toBe(0)
  for (const ends of model.ends.values()) expect(ends).toHaveLength(1)
}
