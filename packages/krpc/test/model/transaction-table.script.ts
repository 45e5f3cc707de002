// Scripts of commands for the table and its model. A command holds numbers only, which are read
// against the model when it runs (the third of the open ones, the next due moment less 1 ms), so
// that scripts meet what they aim at. After every command everything that the table shows is
// compared. What answers is decoded from bytes, as it is in a node.

import { idFromBytes } from '@dht/id'
import {
  decodeMessage,
  type Endpoint,
  encodeMessage,
  endpoint,
  type Lapse,
  type Message,
  mainline,
  type TransactionConfig,
  TransactionTable,
} from '@dht/krpc'
import { seededRandom } from '@dht/testing'
import type { Census } from '@dht/testing/census'
import fc from 'fast-check'
import { expect } from 'vitest'
import type { Case } from './transaction-table.cases.ts'
import { type Asked, sameBytes, secondIdOf, TransactionModel } from './transaction-table.model.ts'

export const ENDPOINTS: readonly Endpoint[] = [
  endpoint('192.0.2.1', 1),
  endpoint('192.0.2.1', 2),
  endpoint('192.0.2.2', 1),
  endpoint('2001:db8::1', 1),
]

export interface Both {
  readonly model: TransactionModel
  /** The ids drawn since a question was last opened. */
  readonly draws: Uint8Array[]
  readonly census: Census<Case>
}

type Table = TransactionTable<number>
type Command = fc.Command<Both, Table>

export interface Setup {
  readonly seed: number
  readonly config: TransactionConfig
}

export const anySetup: fc.Arbitrary<Setup> = fc.record({
  seed: fc.nat({ max: 9999 }),
  config: fc.record({
    maxOpen: fc.constantFrom(4, 9),
    maxEndpoints: fc.constantFrom(2, 9),
    initialStallMs: fc.constantFrom(10, 30),
    initialExpireMs: fc.constantFrom(30, 50),
    minMarginMs: fc.constantFrom(3, 20),
    maxStallMs: fc.constantFrom(40, 20),
    expireFactor: fc.constantFrom(2, 1),
    minExpireMs: fc.constantFrom(1, 35),
    maxExpireMs: fc.constantFrom(9000, 90),
  }),
})

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

/** Everything that can be seen of the table is as the model has it. */
export function compare(model: TransactionModel, table: Table): void {
  same(table.size, model.open.length)
  same(table.nextAt(), model.nextAt())
  for (const to of ENDPOINTS) close(table.roundTripMs(to), model.roundTripMs(to))
}

/** Equal but for the rounding of two ways to compute the same. */
function close(seen: number | undefined, expected: number | undefined): void {
  if (seen === expected || Math.abs(Number(seen) - Number(expected)) < 1e-6) return
  expect(seen).toBe(expected)
}

/** The same value. States are compared by the hundred thousand, and `expect` takes its time. */
function same(seen: unknown, expected: unknown): void {
  if (!Object.is(seen, expected)) expect(seen).toBe(expected)
}

function sameList(seen: readonly unknown[], expected: readonly unknown[]): void {
  const isSame = seen.length === expected.length && seen.every((one, at) => one === expected[at])
  if (!isSame) expect(seen).toEqual(expected)
}

function pick<T>(from: readonly T[], selector: number): T | undefined {
  return from[selector % from.length]
}

/** Opens a question and holds it to the forecast. */
export function open(to: Endpoint, { model, census, draws }: Both, table: Table): void {
  const forecast = model.forecast(to)
  draws.length = 0
  const asked = table.open(to, model.all.length, model.now)
  const isTaken = (id: Uint8Array) =>
    model.open.some((each) =>
      [each.transactionId, secondIdOf(each)].some((one) => sameBytes(one, id)),
    )
  if (asked === undefined) {
    sameList(draws.map(isTaken), model.isFull ? [] : new Array(8).fill(true))
    census.count(model.isFull ? 'refused: full' : 'refused: no free id')
    return
  }
  same(model.isFull, false)
  same(draws.map(isTaken).indexOf(false), draws.length - 1)
  sameList([asked.to, asked.errand, asked.sentAt], [to, model.all.length, model.now])
  sameList([...asked.transactionId], [...draws.at(-1)!])
  close(asked.stallAt - model.now, forecast.stallMs)
  close(asked.expireAt - model.now, forecast.expireMs)
  same(asked.isSuspect, forecast.isSuspect)
  census.count('opened')
  census.count(`basis: ${forecast.basis}`)
  for (const bound of forecast.bounds) census.count(bound)
  if (forecast.isSuspect) census.count('suspect')
  if (model.hasForgotten(to)) census.count('forgotten')
  model.opened(asked)
}

const openCommand = fc
  .nat({ max: ENDPOINTS.length - 1 })
  .map((to) => command(`open(${to})`, (both, table) => open(ENDPOINTS[to]!, both, table)))

type Kind = 'response' | 'error' | 'malformed' | 'query'

/** Bytes from the wire, and what the table makes of them. */
export function arrive(
  kind: Kind,
  id: Uint8Array,
  from: Endpoint,
  model: TransactionModel,
  table: Table,
): Asked | undefined {
  const message = decodeMessage(bytesOf(kind, id), mainline)
  same(message.kind, kind)
  if (message.kind === 'query' || message.transactionId === undefined) return undefined
  const asked = table.settle(message.transactionId, from, model.now)
  same(asked, model.match(id, from))
  if (asked !== undefined) model.ended(asked, 'settled', id)
  return asked
}

function bytesOf(kind: Kind, transactionId: Uint8Array): Uint8Array {
  const id = idFromBytes(new Uint8Array(20))
  const messages: Record<Exclude<Kind, 'malformed'>, Message> = {
    query: { kind: 'query', method: 'ping', id, readOnly: false, transactionId },
    response: { kind: 'response', id, transactionId },
    error: { kind: 'error', code: 201, text: 'no', transactionId },
  }
  if (kind !== 'malformed') return encodeMessage(messages[kind], mainline)
  // A response whose id is too short still tells what it answers.
  const narrow = { ...mainline, idLength: 2 }
  const short = { ...messages.response, id: idFromBytes(new Uint8Array(2)) } as Message
  return encodeMessage(short, narrow)
}

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
      if (now >= asked.expireAt) census.count('answer after its time, before a wake')
      if (now < asked.sentAt) census.count('answer before it was asked')
    }),
  )

/** An answer to a question that has ended. */
const stray = fc
  .record({ which: fc.nat(), kind: fc.constantFrom('response', 'error') })
  .map(({ which, kind }) =>
    command(`stray(${which}, ${kind})`, ({ model, census }, table) => {
      const ended = model.all.filter((asked) => !model.open.includes(asked))
      const old = pick(ended, which)
      if (old === undefined) return
      const newer = arrive(kind, old.transactionId, old.to, model, table)
      expect(newer).not.toBe(old)
      census.count(newer === undefined ? strayCase(model, old) : 'stray fits a newer question')
    }),
  )

function strayCase(model: TransactionModel, old: Asked): Case {
  const how = model.ends.get(old)?.[0]
  if (how === 'expired') return 'late: after expiry'
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

/** Wakes the table and holds it to what the model says is due. */
export function wake({ model, census }: Both, table: Table): void {
  const expected = model.lapses()
  const seen = table.wake(model.now)
  const dueAt = ({ transaction }: Lapse<number>) => model.dueAt(transaction)
  const nameOf = ({ kind, transaction }: Lapse<number>) => `${kind} ${transaction.errand}`
  // Of what was due at one moment either may come first.
  sameList(seen.map(dueAt), expected.map(dueAt))
  sameList(seen.map(nameOf).sort(), expected.map(nameOf).sort())
  for (const lapse of seen) {
    const { kind, transaction } = lapse
    census.count(kind)
    if (kind === 'stalled') {
      sameList([...lapse.secondId], [...secondIdOf(transaction)])
      model.stalled.set(transaction, model.now)
    } else {
      if (!model.stalled.has(transaction)) census.count('expired without a stall')
      model.ended(transaction, 'expired')
    }
  }
  if (seen.length === 0) census.count('wake in vain')
  if (seen.length > 1) census.count('several lapses')
  same((table.nextAt() ?? Number.POSITIVE_INFINITY) > model.now, true)
}

const wakeWhenDue = fc.constantFrom(0, -1, 1).map((off) =>
  command(`wakeWhenDue(${off})`, (both, table) => {
    const due = both.model.nextAt()
    if (due === undefined) return
    both.model.now = due + off
    wake(both, table)
    const names = { '-1': 'wake 1 ms early', 0: 'wake on time', 1: 'wake 1 ms late' } as const
    both.census.count(names[off as 0])
  }),
)

/** Questions to one endpoint, put and expired one after the other: suspicion has an end. */
const silence = fc
  .record({ to: fc.nat({ max: ENDPOINTS.length - 1 }), times: fc.integer({ min: 1, max: 9 }) })
  .map(({ to, times }) =>
    command(`silence(${to}, ${times})`, (both, table) => {
      if (times > 6) both.census.count('suspect for ever')
      for (let time = 0; time < times; time += 1) {
        open(ENDPOINTS[to]!, both, table)
        both.model.now = Math.max(both.model.now, ...both.model.open.map((one) => one.expireAt))
        wake(both, table)
      }
    }),
  )

/** Beyond several due moments at once: whoever should have woken the table overslept. */
const oversleep = fc.integer({ min: 0, max: 120 }).map((ms) =>
  command(`oversleep(${ms})`, (both, table) => {
    both.model.now += ms
    wake(both, table)
  }),
)

const pass = fc.integer({ min: -30, max: 60 }).map((ms) =>
  command(`pass(${ms})`, ({ model, census }) => {
    model.now += ms
    census.count(ms < 0 ? 'clock set back' : 'time without a wake')
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
  { weight: 1, arbitrary: failTo },
  { weight: 4, arbitrary: wakeWhenDue },
  { weight: 1, arbitrary: oversleep },
  { weight: 1, arbitrary: silence },
  { weight: 3, arbitrary: pass },
)

/** A table whose ids are 6 pairs, so that they collide, and its model. */
export function begin({ seed, config }: Setup, census: Census<Case>): { model: Both; real: Table } {
  const random = seededRandom(seed)
  const draws: Uint8Array[] = []
  const source = (length: number): Uint8Array => {
    const [first, last] = random(length)
    draws.push(Uint8Array.of(first! & 0x80, 0, 0, last! % 6))
    return draws.at(-1)!
  }
  const model = { model: new TransactionModel(config), census, draws }
  return { model, real: new TransactionTable(source, config) }
}

/** Silence until the end: everything still open expires, and every question has ended once. */
export function drain(both: Both, table: Table): void {
  const { model } = both
  for (let at = table.nextAt(); at !== undefined; at = table.nextAt()) {
    model.now = Math.max(model.now, at)
    wake(both, table)
  }
  expect(model.open).toEqual([])
  expect(table.size).toBe(0)
  for (const ends of model.ends.values()) expect(ends).toHaveLength(1)
}
