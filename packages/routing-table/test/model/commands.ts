// The commands of the model test. Their arguments are selectors: numbers that are resolved against
// the model when the command runs, so that they nearly always find something, also while shrinking.
// After every command the table's result and its whole state must equal the model's.

import { type Id, idFromBigInt, idToBigInt } from '@dht/id'
import type { Census } from '@dht/testing/census'
import type fc from 'fast-check'
import {
  type FailureOutcome,
  type Insertion,
  RoutingTable,
  type Standing,
} from '../../src/index.ts'
import { addressOf, type Node } from '../support/world.ts'
import type {
  AnswerCase,
  Case,
  CommandName,
  Due,
  Evidence,
  Offset,
  Outcome,
  StandingCase,
} from './cases.ts'
import { type Answer, type Fact, NEVER, type Setup, show, viewOfTable } from './facts.ts'
import { TableModel } from './table-model.ts'

/** The model and what else a script needs; a restart replaces the model. */
export interface Side {
  model: TableModel
  readonly census: Census<Case>
}

/** The table, and a function that makes another one. */
export interface Real {
  table: RoutingTable<Node>
}

export function newTable(setup: Setup): RoutingTable<Node> {
  const { self, heedsAddresses, ...rest } = setup
  return new RoutingTable<Node>(self, heedsAddresses ? { ...rest, addressOf } : rest)
}

export type Command = fc.Command<Side, Real>

/** The contact of a command; contested are members in whose bucket a contact waits. */
export type Who =
  | { readonly of: 'members' | 'contested' | 'candidates' | 'anybody'; readonly n: number }
  | { readonly of: 'strangers'; readonly level: number; readonly n: number }

const ADDRESSES = 40

/**
 * The contact that a selector means. The level of an unknown one: how near it is, 0 in our own
 * range.
 */
function resolve({ model }: Side, who: Who): Node {
  if (who.of !== 'strangers') {
    const { members, candidates } = model
    const contested = model.ranges
      .filter((range) => model.candidatesOf(range).length > 0)
      .flatMap((range) => model.membersOf(range))
    const all = { members, contested, candidates, anybody: [...members, ...candidates] }[who.of]
    if (all.length > 0) return all[who.n % all.length]!.contact
  }
  const level = 'level' in who ? who.level : 0
  const distance = distanceOf(model, level, who.n)
  return { id: idAt(model, distance), address: `a${(who.n + Number(distance % 31n)) % ADDRESSES}` }
}

/** The levels of distance are those of the world: a few bits, or both ends of many. */
function distanceOf(model: TableModel, level: number, n: number): bigint {
  const bits = model.bits === 8 ? 8 : model.bits - (n % 3)
  const power = BigInt(level < 9 ? bits - 1 - (level % 8) : level % 4)
  return (1n << power) + (BigInt(n) % (power > 4n ? 16n : 1n << power))
}

const idAt = ({ setup, self }: TableModel, distance: bigint): Id =>
  idFromBigInt(self ^ distance, setup.self.length)

/** A result with contacts as text, and its parts in one order. */
function plain({ kind, ...rest }: Insertion<Node> | FailureOutcome<Node>): Answer {
  const parts = Object.entries(rest).map(([name, part]) => [
    name,
    typeof part === 'string' ? part : show(part),
  ])
  return { kind, ...Object.fromEntries(parts) }
}

const sorted = (answer: Answer): unknown => Object.entries(answer).sort()

/** Throws where the two differ; faster than the assertions of a test runner. */
function agree(what: string, real: unknown, model: unknown): void {
  if (real === model) return
  const [got, expected] = [real, model].map((each) => JSON.stringify(each) ?? String(each))
  if (got !== expected) throw new Error(`${what}: expected\n${expected}, got\n${got}`)
}

/** After every command: all methods show the same state. */
export function compare(
  { model, census }: Side,
  { table }: Real,
  before: Map<Fact, Standing>,
): void {
  agree('state', viewOfTable(table.snapshot()), model.view())
  agree('size', table.size, model.members.length)
  agree('check never late', (table.nextCheckAt() ?? Infinity) <= model.checkDueAt(), true)
  agree('refresh never late', table.nextRefreshAt() <= model.refreshDueAt(), true)
  for (const member of model.members) {
    const standing = model.standingOf(member)
    agree('standing', table.standing(member.contact.id, model.now), standing)
    const was = before.get(member)
    if (was !== undefined && was !== standing) census.count(`${was} to ${standing}` as StandingCase)
  }
}

function command(name: CommandName, args: unknown, act: (side: Side, real: Real) => void): Command {
  return {
    check: () => true,
    run(side, real) {
      const { model } = side
      const before = new Map(model.members.map((each) => [each, model.standingOf(each)]))
      const splits = model.ranges.length
      act(side, real)
      compare(side, real, before)
      const more = side.model.ranges.length - splits
      if (more > 0) side.census.count(more === 1 ? 'one split' : 'splits at once')
      side.census.count(`command ${name}`)
    },
    toString: () => (args === undefined ? name : `${name} ${JSON.stringify(args)}`),
  }
}

/** Tells the table and the model, compares their results, and counts the case. */
export function tell(side: Side, { table }: Real, evidence: Evidence, contact: Node): void {
  const { model, census } = side
  const sameId = model.members.find(({ id }) => id === idToBigInt(contact.id))
  const answered = model.candidates.filter(({ seenAt }) => seenAt !== NEVER)
  const before = [...model.members]
  const hadRoom = model.hasRoomFor(idToBigInt(contact.id))
  const expected = model[evidence](contact)
  agree('answer', sorted(plain(table[evidence](contact, model.now))), sorted(expected))
  const { kind, reason, evicted, by } = expected
  census.count((reason === undefined ? kind : `${kind} ${reason}`) as AnswerCase)
  const isOneGone = answered.some((each) => !model.candidates.includes(each))
  const newcomer = model.candidates.find((each) => show(each.contact) === show(contact))
  if (kind === 'waiting' && newcomer?.seenAt === NEVER && isOneGone) {
    census.count('waits in place of one that answered')
  }
  const joined = model.members.find((each) => !before.includes(each))
  if (joined?.isSurplus) census.count('joins above a limit')
  if (kind !== 'replaced') return
  const gone = before.find((each) => !model.members.includes(each))
  if (gone !== undefined && !model.isBad(gone)) {
    census.count(`above a limit, gives way ${hadRoom ? 'to one more' : 'in its full bucket'}`)
  } else if (hadRoom && gone?.id !== joined?.id && gone?.address !== joined?.address) {
    census.count('bad one of its group gives way')
  }
  if (by !== undefined) census.count('succession')
  const [newId, newAddress] = (by ?? show(contact)).split('@')
  const [oldId, oldAddress] = evicted!.split('@')
  if (newId === oldId) census.count('id moved')
  else if (newAddress === oldAddress) census.count('address taken over')
  if (sameId === undefined && newAddress !== oldAddress) census.count('bad replaced')
}

function settle(side: Side, real: Real, contact: Node, outcome: Outcome): void {
  side.census.count(`check ${outcome}`)
  if (outcome === 'never') return
  tell(side, real, outcome === 'answers' ? 'responded' : 'failed', contact)
  if (outcome !== 'other id') return
  const id = idFromBigInt(idToBigInt(contact.id) ^ 1n, contact.id.length)
  tell(side, real, 'responded', { ...contact, id })
}

export function takeCheck(side: Side, { table }: Real): Node | undefined {
  const { model, census } = side
  const expected = model.takeCheck()
  const check = table.takeCheck(model.now)
  agree('check', check && show(check), expected)
  if (check !== undefined) census.count(`check of a ${model.wasMember ? 'member' : 'candidate'}`)
  const next = table.nextCheckAt() ?? Infinity
  if (check === undefined) agree('next check is later', next > model.now, true)
  return check
}

export function takeRefresh({ model }: Side, { table }: Real): boolean {
  const range = model.takeRefresh()
  const refresh = table.takeRefresh(model.now, (length) => new Uint8Array(length).fill(0xa5))
  if (range === undefined || refresh === undefined) {
    agree('refresh', refresh, range)
    agree('next refresh is later', table.nextRefreshAt() > model.now, true)
    return false
  }
  const { base, length } = refresh.prefix
  agree('start of the prefix', idToBigInt(base) === range.low, true)
  agree('its width', 1n << BigInt(model.bits - length) === range.high - range.low, true)
  const target = idToBigInt(refresh.target)
  agree('target inside', range.low <= target && target < range.high, true)
  return true
}

export const told = (evidence: Evidence, who: Who): Command =>
  command(evidence, who, (side, real) => tell(side, real, evidence, resolve(side, who)))

/**
 * A response to a query that was reported as failed: just now, or `agoMs` before. @param isFailed -
 * whether that report is made first
 */
export const late = (who: Who, isFailed: boolean, agoMs: number): Command =>
  command('respondedLate', { who, isFailed, agoMs }, (side, real) => {
    const contact = resolve(side, who)
    if (isFailed) tell(side, real, 'failed', contact)
    tellLate(side, real, contact, side.model.now - agoMs)
  })

export function tellLate(side: Side, { table }: Real, contact: Node, failedAt: number): void {
  const { model, census } = side
  const id = idToBigInt(contact.id)
  const member = model.members.find((each) => show(each.contact) === show(contact))
  const [before, standing] = [member?.failures ?? 0, member && model.standingOf(member)]
  const expected = model.respondedLate(contact, failedAt)
  const seen = table.respondedLate(contact, failedAt, model.now)
  agree('answer', sorted(plain(seen)), sorted(expected))
  const after = model.members.find((each) => each.id === id)
  if (member === undefined) census.count('late: not a member')
  else if (member.failures < before) census.count('late: one failure is taken back')
  else if (before > 0) census.count('late: forgiven before')
  if (standing === 'bad' && after !== undefined && model.standingOf(after) === 'good') {
    census.count('late: a bad member is good again')
  }
}

/** The same id at another address, or another id at the same address. */
export const claimed = (
  evidence: Evidence,
  whose: 'id' | 'address',
  who: Who,
  from: Who,
): Command =>
  command(`claim ${whose}`, { evidence, who, from }, (side, real) => {
    const [one, other] = [resolve(side, who), resolve(side, from)]
    const { id } = whose === 'id' ? one : other
    tell(side, real, evidence, { id, address: whose === 'id' ? other.address : one.address })
  })

export const ownId = (evidence: Evidence): Command =>
  command('own id', evidence, (side, real) =>
    tell(side, real, evidence, { id: side.model.setup.self, address: 'a0' }),
  )

export const failing = (who: Who): Command =>
  command('outage', who, (side, real) => {
    const contact = resolve(side, who)
    for (let i = 0; i < side.model.setup.badAfter; i++) tell(side, real, 'failed', contact)
  })

export const forget = (who: Who): Command =>
  command('forget', who, (side, { table }) => {
    const { id } = resolve(side, who)
    agree('forget', table.forget(id), side.model.forget(idToBigInt(id)))
  })

export const closest = (who: Who, count: number, excluded: Who, includeBad: boolean): Command =>
  command('closest', { who, count, excluded, includeBad }, (side, { table }) => {
    const { id: target } = resolve(side, who)
    const { id: exclude } = resolve(side, excluded)
    const found = table.closest(target, count, { exclude, includeBad })
    const args = [idToBigInt(target), count, idToBigInt(exclude), includeBad] as const
    const all = side.model.closest(...args)
    agree('closest', found.map(show), all)
    const verified = table.closest(target, count, { exclude, includeBad, verifiedOnly: true })
    const answered = side.model.closest(...args, true)
    agree('closest verified', verified.map(show), answered)
    if (answered.length < all.length) side.census.count('unverified left out')
    const lost = table.nearestBad(target)
    agree('lost', lost && show(lost), side.model.lost(idToBigInt(target)))
  })

export const advance = (ms: number): Command =>
  command('advance', ms, ({ model }) => {
    model.now += ms
  })

export const check = (outcome: Outcome): Command =>
  command('takeCheck', outcome, (side, real) => {
    const taken = takeCheck(side, real)
    if (taken !== undefined) settle(side, real, taken, outcome)
  })

/** The outcome of an open check, of whichever kind. */
export const report = (n: number, outcome: Outcome): Command =>
  command('outcome', { n, outcome }, (side, real) => {
    const { ranges, candidates } = side.model
    const checked = candidates.filter(({ messagesSinceCheck }) => messagesSinceCheck === 0)
    const inFlight = [...ranges.flatMap(({ checking }) => checking ?? []), ...checked]
    if (inFlight.length > 0) settle(side, real, inFlight[n % inFlight.length]!.contact, outcome)
  })

export const refresh: Command = command('takeRefresh', undefined, takeRefresh)

/**
 * Lets time pass to the instant at which something is due, or 1 ms before or after it, and looks.
 */
export const boundary = (what: Due, n: number, offset: Offset): Command =>
  command('boundary', { what, n, offset }, (side, real) => {
    const { model, census } = side
    const { members, ranges, setup } = model
    const points = {
      questionable: members.map(({ seenAt }) => seenAt + setup.questionableAfterMs),
      check: [model.checkDueAt(), ...ranges.map((range) => model.freeAt(range))],
      refresh: [model.refreshDueAt()],
    }[what].filter((at) => Number.isFinite(at) && at + offset >= model.now)
    if (points.length === 0) return
    model.now = points[n % points.length]! + offset
    census.count(`${what} at ${offset}`)
    if (what === 'check') takeCheck(side, real)
    if (what === 'refresh') agree('refresh', takeRefresh(side, real), offset >= 0)
  })

/** A snapshot becomes the start of another run. */
export function revive(side: Side, real: Real): void {
  const { buckets } = real.table.snapshot()
  const contacts = buckets.flatMap(({ members }) => members.map(({ contact }) => contact))
  const { now, setup } = side.model
  side.model = new TableModel(setup)
  side.model.now = now
  real.table = newTable(setup)
  agree('restored', real.table.restore(contacts), side.model.restore(contacts))
}

export const restart: Command = command('restart', undefined, revive)

export const restore = (whos: readonly Who[]): Command =>
  command('restore', whos, (side, { table }) => {
    const contacts = whos.map((who) => resolve(side, who))
    agree('restored', table.restore(contacts), side.model.restore(contacts))
  })
