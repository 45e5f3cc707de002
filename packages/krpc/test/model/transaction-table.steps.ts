// The steps of scripts and of the exploration, for the table and its model: open a query, receive
// bytes, let time pass. After each step, what the table shows is compared with the model. Responses
// are decoded from bytes, as in a node.

import { idFromBytes } from '@dht/id'
import {
  decodeMessage,
  type Endpoint,
  encodeMessage,
  endpoint,
  type Message,
  mainline,
  type TimeoutEvent,
  type TransactionTable,
} from '@dht/krpc'
import type { Census } from '@dht/testing/census'
import { type Route, roundTripOf, type Traffic } from '@dht/testing/round-trips'
import { expect } from 'vitest'
import type { Case } from './transaction-table.cases.ts'
import { type Asked, hasId, secondIdOf, type TransactionModel } from './transaction-table.model.ts'

export const ENDPOINTS: readonly Endpoint[] = [
  endpoint('192.0.2.1', 1),
  endpoint('192.0.2.1', 2),
  endpoint('192.0.2.2', 1),
  endpoint('2001:db8::1', 1),
  endpoint('192.0.2.3', 1),
  endpoint('2001:db8::2', 1),
]

export interface Both {
  readonly model: TransactionModel
  /** The ids drawn since a query was last opened. */
  readonly draws: Uint8Array[]
  readonly census: Census<Case>
  /** Round trip of each endpoint; an endpoint without one does not respond. */
  readonly routes: readonly Route[]
  readonly traffic: Traffic<Answer>
}

/** A response that an endpoint sends by itself. */
interface Answer {
  readonly asked: Asked
  readonly id: Uint8Array
}

export type Table = TransactionTable<number>

/** Compares everything that is visible of the table with the model. */
export function compare(model: TransactionModel, table: Table): void {
  same(table.size, model.open.length)
  same(table.expired, model.expired.length)
  same(table.nextTimeout(), model.nextAt())
  close(table.usualTimeoutMs, model.usualMs())
  for (const to of ENDPOINTS) close(table.roundTripMs(to), model.roundTripMs(to))
}

/** Equal except for rounding: the two are computed in different ways. */
function close(seen: number | undefined, expected: number | undefined): void {
  if (seen === expected || Math.abs(Number(seen) - Number(expected)) < 1e-6) return
  expect(seen).toBe(expected)
}

/** The same value. Faster than `expect`: hundreds of thousands of states are compared. */
function same(seen: unknown, expected: unknown): void {
  if (!Object.is(seen, expected)) expect(seen).toBe(expected)
}

function sameList(seen: readonly unknown[], expected: readonly unknown[]): void {
  const isSame = seen.length === expected.length && seen.every((one, at) => one === expected[at])
  if (!isSame) expect(seen).toEqual(expected)
}

export function pick<T>(from: readonly T[], selector: number): T | undefined {
  return from[selector % from.length]
}

/** Opens a query and compares its timeout. */
export function open(to: Endpoint, both: Both, table: Table): void {
  const { model, census, draws } = both
  const forecast = model.forecast(to)
  draws.length = 0
  const asked = table.open(to, model.all.length, model.now)
  model.forget()
  const remembered = model.expired.map((each) => each.asked)
  const isTaken = (id: Uint8Array) => model.isTaken(id)
  if (asked === undefined) {
    sameList(draws.map(isTaken), model.isFull ? [] : new Array(8).fill(true))
    census.count(model.isFull ? 'refused: full' : 'refused: no free id')
    return
  }
  if (remembered.some((each) => draws.some((id) => hasId(each, id)))) {
    census.count('an id of an expired one is not taken')
  }
  same(model.isFull, false)
  same(draws.map(isTaken).indexOf(false), draws.length - 1)
  sameList([asked.to, asked.context, asked.sentAt], [to, model.all.length, model.now])
  sameList([...asked.transactionId], [...draws.at(-1)!])
  close(asked.stallAt - model.now, forecast.stallMs)
  close(asked.expireAt - model.now, forecast.expireMs)
  same(asked.isSuspect, forecast.isSuspect)
  census.count('opened')
  census.count(`basis: ${forecast.basis}`)
  for (const bound of forecast.bounds) census.count(bound)
  if (forecast.isSuspect) census.count('suspect')
  else if (model.recordOf(to).lost > 0) census.count('suspect no longer')
  if (model.hasForgotten(to)) census.count('forgotten')
  model.opened(asked)
  send(asked, asked.transactionId, both)
}

/** A transmission, to which its endpoint responds after the round trip. */
function send(asked: Asked, id: Uint8Array, { model, routes, traffic }: Both): void {
  const route = routes[ENDPOINTS.indexOf(asked.to)]
  const ms = route && roundTripOf(route, asked.context)
  if (ms !== undefined) traffic.send({ asked, id }, model.now + ms)
}

/** Lets time pass until a response arrives or a query is due. */
export function travel(both: Both, table: Table): void {
  const { model, traffic } = both
  const at = Math.min(traffic.nextAt(), model.nextAt() ?? Number.POSITIVE_INFINITY)
  if (!Number.isFinite(at)) return
  model.now = Math.max(model.now, at)
  for (;;) {
    const answer = traffic.receive(model.now)
    if (answer === undefined) break
    receive(answer, both, table)
  }
  handleTimeout(both, table)
}

function receive({ asked, id }: Answer, { model, census }: Both, table: Table): void {
  const isRemembered = model.expired.some((each) => each.asked === asked)
  const settled = arrive('response', id, asked.to, model, table)
  if (settled === asked) census.count('round trip over: answered')
  else if (isRemembered) census.count('round trip over: late')
  else census.count('round trip over: ended before')
}

type Kind = 'response' | 'error' | 'malformed' | 'query'

/** Bytes that arrive, and what the table makes of them. */
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
  else arriveLate(message.transactionId, from, model, table)
  return asked
}

/** A response that settles nothing may belong to a query that has expired. */
function arriveLate(id: Uint8Array, from: Endpoint, model: TransactionModel, table: Table): void {
  const late = table.settleLate(id, from, model.now)
  model.forget()
  const remembered = model.matchLate(id, from)
  same(late?.transaction, remembered?.asked)
  same(late?.expiredAt, remembered?.expiredAt)
  if (remembered !== undefined) same(late?.isFailure, model.answeredLate(remembered, id))
}

function bytesOf(kind: Kind, transactionId: Uint8Array): Uint8Array {
  const id = idFromBytes(new Uint8Array(20))
  const messages: Record<Exclude<Kind, 'malformed'>, Message> = {
    query: { kind: 'query', method: 'ping', id, readOnly: false, transactionId },
    response: { kind: 'response', id, transactionId },
    error: { kind: 'error', code: 201, text: 'no', transactionId },
  }
  if (kind !== 'malformed') return encodeMessage(messages[kind], mainline)
  // A response with an id that is too short still has a transaction id.
  const narrow = { ...mainline, idLength: 2 }
  const short = { ...messages.response, id: idFromBytes(new Uint8Array(2)) } as Message
  return encodeMessage(short, narrow)
}

/** Lets time pass to an instant, and handles the timeouts. */
export function passTo(at: number | undefined, both: Both, table: Table): void {
  if (at === undefined || !Number.isFinite(at)) return
  both.model.now = Math.max(both.model.now, at)
  handleTimeout(both, table)
}

/** A response to a query that has expired and is remembered. */
export function answerLate(which: number, toSecond: boolean, both: Both, table: Table): void {
  const { model, census } = both
  const remembered = pick(model.expired, which)
  if (remembered === undefined) return
  const { asked } = remembered
  const isSecond = toSecond && model.stalled.has(asked)
  const { lost, late: before } = model.recordOf(asked.to)
  arrive('response', isSecond ? secondIdOf(asked) : asked.transactionId, asked.to, model, table)
  census.count(isSecond ? 'late answer to the second sending' : 'late answer to the first sending')
  if (before === 2) census.count('late answer: the third in a row')
  else if (lost > 0) census.count('late answer: an expiry is taken back')
  else census.count('late answer: nothing to take back')
}

/** Handles the timeouts, and compares what is reported with what the model says is due. */
export function handleTimeout(both: Both, table: Table): void {
  const { model, census } = both
  model.forget()
  const expected = model.lapses()
  const seen = table.handleTimeout(model.now)
  const dueAt = ({ transaction }: TimeoutEvent<number>) => model.dueAt(transaction)
  const nameOf = ({ kind, transaction }: TimeoutEvent<number>) => `${kind} ${transaction.context}`
  // Events due at the same instant may come in either order.
  sameList(seen.map(dueAt), expected.map(dueAt))
  sameList(seen.map(nameOf).sort(), expected.map(nameOf).sort())
  for (const lapse of seen) {
    const { kind, transaction } = lapse
    census.count(kind)
    if (kind === 'stalled') {
      sameList([...lapse.secondId], [...secondIdOf(transaction)])
      model.stalled.set(transaction, model.now)
      send(transaction, lapse.secondId, both)
    } else {
      if (!model.stalled.has(transaction)) census.count('expired without a stall')
      model.ended(transaction, 'expired')
    }
  }
  if (seen.length === 0) census.count('timeout handled, nothing due')
  if (seen.length > 1) census.count('several lapses')
  same((table.nextTimeout() ?? Number.POSITIVE_INFINITY) > model.now, true)
}
