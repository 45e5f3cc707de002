// Everything that a core shows of itself beside the model, after every command. What the core has
// drawn since, and a step did not show, is taken over here, if it was permitted.

import type { Network } from '@dht/krpc'
import { type Fact, type Range, viewOfTable } from '../../../routing-table/test/model/facts.ts'
import type { TableModel } from '../../../routing-table/test/model/table-model.ts'
import type {
  BucketInspection,
  CoreInspection,
  MemberInspection,
  OverlayInspection,
} from '../../src/core/inspection.ts'
import type { NodeCore } from '../../src/core/node-core.ts'
import { alike, sameBytes } from '../support/alike.ts'
import type { NodeModel, SideModel } from './core.model.ts'
import { hex, idOf, type Peer, peerOfContact, textOf } from './core-peer.ts'

/** What the core has drawn, and a step did not show: taken over by the model, if permitted. */
export function takeOver(model: NodeModel, seen: CoreInspection): void {
  const sides = [...model.sides.values()]
  same('overlays', seen.overlays.length, sides.length)
  seen.overlays.forEach((overlay, at) => {
    takeOverPatience(overlay, sides[at]!)
    takeOverJoin(overlay, sides[at]!)
  })
}

/** @throws when anything of the core is not as the model has it */
export function compare(model: NodeModel, core: NodeCore, seen: CoreInspection): void {
  const sides = [...model.sides.values()]
  for (const [at, overlay] of seen.overlays.entries()) compareOverlay(overlay, sides[at]!, model)
  compareStore(seen, model)
  compareEntries(seen, model)
  same(
    'operations',
    seen.operations,
    model.desk.operations.map(({ operationId }) => operationId),
  )
  same(
    'held',
    seen.deferred,
    model.desk.held.map(({ operationId }) => operationId),
  )
  same('leaving', seen.leaving, model.publisher.withdrawals.finishing)
  same('sources', seen.sources, model.answers.sources)
  same('token epoch', seen.tokenEpoch, model.answers.epoch)
  model.learnOverflow(seen.counters.queriesOverflowed)
  same('counters', seen.counters, model.counters)
  compareWake(seen, model)
  compareDigests(seen, core, model)
}

function same(what: string, seen: unknown, expected: unknown): void {
  if (alike(seen, expected)) return
  throw new Error(`${what}: expected ${textOf(expected)}, got ${textOf(seen)}`)
}

function compareOverlay(seen: OverlayInspection, side: SideModel, model: NodeModel): void {
  const { overlay, join, refresh } = side
  same('local', [seen.family, seen.local], [overlay.family, overlay.local])
  compareTable(seen.buckets, side, model)
  compareQuestions(seen, side)
  same('routers', seen.routers, overlay.routers)
  same('join', seen.join, {
    isRunning: join.attempt !== undefined,
    isApproaching: join.isApproaching,
    hasTried: join.hasTried,
    joined: join.joined,
    bootstrap: { asked: join.asked, answered: join.answered },
    nextAt: join.nextAt,
    waitMs: join.waitMs,
  })
  same('refresh', seen.refresh.isRunning, refresh.isRunning)
  neverLate('refresh', seen.refresh.nextAt, refresh.nextAt)
  const checkAt = overlay.table.checkDueAt()
  const isWanted = checkAt !== Number.POSITIVE_INFINITY
  const readyAt = Math.max(checkAt, overlay.checks.readyAt(model.now))
  neverLate('check', seen.nextCheckAt, isWanted ? readyAt : undefined)
  same('next lapse', seen.nextTimeoutAt, overlay.questions.nextAt())
}

/** A bound: it may be early, or stand where there is nothing. */
function neverLate(what: string, seen: number | undefined, due: number | undefined): void {
  if (due === undefined || (seen !== undefined && seen <= due)) return
  throw new Error(`${what}: due at ${due}, announced for ${seen}`)
}

function compareTable(
  buckets: readonly BucketInspection[],
  { overlay: { table } }: SideModel,
  model: NodeModel,
): void {
  if (isTable(buckets, table, model)) return
  const asNodes = buckets.map(({ members, waiting, checking, ...rest }) => ({
    ...rest,
    members: members.map((each) => ({ ...each, contact: peerOfContact(each.contact) })),
    waiting: waiting.map((each) => ({ ...each, contact: peerOfContact(each.contact) })),
    checking: checking && peerOfContact(checking),
  }))
  same('table', viewOfTable({ self: model.selfId, buckets: asNodes }), table.view())
  for (const { contact, standing } of buckets.flatMap(({ members }) => members)) {
    const { key } = peerOfContact(contact)
    const fact = table.members.find((each) => keyOf(each) === key)!
    same(`standing of ${key}`, standing, table.standingOf(fact))
  }
  throw new Error('table: it differs in what no text shows')
}

const keyOf = ({ contact }: Fact): string => (contact as Peer).key

/** Whether every bucket is as its range; members in any order, waiting contacts in theirs. */
function isTable(
  buckets: readonly BucketInspection[],
  table: TableModel,
  { config: { network } }: NodeModel,
): boolean {
  const members = new Map(table.members.map((fact) => [keyOf(fact), fact]))
  const isMember = (seen: MemberInspection, { low, high }: Range): boolean => {
    const { key } = peerOfContact(seen.contact)
    const fact = members.get(key)
    if (fact === undefined || fact.id < low || fact.id >= high) return false
    members.delete(key)
    return isFact(seen, fact) && seen.standing === table.standingOf(fact)
  }
  const isBucket = (bucket: BucketInspection, range: Range): boolean => {
    const { prefix, checking, refreshedAt, checkedAt, checkingSince } = bucket
    const expected = table.candidatesOf(range)
    return (
      isPrefix(prefix, range, network) &&
      bucket.members.every((member) => isMember(member, range)) &&
      bucket.waiting.length === expected.length &&
      bucket.waiting.every((seen, at) => {
        const fact = expected[at]!
        if (seen.messagesSinceCheck !== fact.messagesSinceCheck) return false
        return peerOfContact(seen.contact).key === keyOf(fact) && isFact(seen, fact)
      }) &&
      (checking && peerOfContact(checking).key) === (range.checking && keyOf(range.checking)) &&
      refreshedAt === range.refreshedAt &&
      checkedAt === range.checkedAt &&
      checkingSince === range.checkingSince
    )
  }
  return (
    buckets.length === table.ranges.length &&
    buckets.every((bucket, at) => isBucket(bucket, table.ranges[at]!)) &&
    members.size === 0
  )
}

function isFact(
  { lastSeenAt, failures, answeredAt }: Omit<MemberInspection, 'contact' | 'standing'>,
  fact: Fact,
): boolean {
  const isSame = lastSeenAt === fact.seenAt && failures === fact.failures
  return isSame && answeredAt === fact.answeredAt
}

type Prefix = BucketInspection['prefix']

/** By range, whose ends stay where they are. */
const prefixes = new WeakMap<Range, Prefix>()

function isPrefix({ base, length }: Prefix, range: Range, network: Network): boolean {
  const prefix = prefixes.get(range) ?? prefixOf(range, network)
  prefixes.set(range, prefix)
  return length === prefix.length && sameBytes(base, prefix.base)
}

/** Its first id, and how many leading bits all of its ids share. */
function prefixOf({ low, high }: Range, network: Network): Prefix {
  const length = 8 * network.idLength + 1 - (high - low).toString(2).length
  return { base: idOf(low, network), length }
}

function takeOverPatience(seen: OverlayInspection, { overlay }: SideModel): void {
  const { open } = overlay.questions
  same('open queries', seen.openQueries.length, open.length)
  open.forEach((asked, at) => {
    const { stallAt, expireAt } = seen.openQueries[at]!
    // Patience is computed in another order here, and rounded otherwise.
    near('stall', stallAt, asked.stallAt)
    near('expiry', expireAt, asked.expireAt)
    Object.assign(asked, { stallAt, expireAt })
  })
}

function compareQuestions(seen: OverlayInspection, { overlay }: SideModel): void {
  const { questions } = overlay
  questions.open.forEach((asked, at) => {
    const { query, asked: whom } = overlay.open.get(asked)!
    const { to, sentAt, stallAt, expireAt, isSuspect } = asked
    const dueAt = questions.dueAt(asked)
    const expected = {
      to,
      sentAt,
      stallAt,
      expireAt,
      isSuspect,
      dueAt,
      asked: whom?.contact,
      query,
    }
    same(`question ${at}`, seen.openQueries[at], expected)
  })
}

function near(what: string, seen: number, expected: number): void {
  if (Math.abs(seen - expected) > 1e-6) throw new Error(`${what}: ${expected}, got ${seen}`)
}

/** The instant of the next join is drawn from a span. */
function takeOverJoin(seen: OverlayInspection, { join }: SideModel): void {
  const { nextAt } = join
  if (typeof nextAt !== 'object') return
  const drawn = seen.join.nextAt
  if (drawn === undefined || drawn < nextAt.from || drawn >= nextAt.until) {
    throw new Error(`BOOT-4: next join at ${drawn}, expected ${nextAt.from} to ${nextAt.until}`)
  }
  join.nextAt = drawn
}

function compareStore({ store }: CoreInspection, { answers }: NodeModel): void {
  const live = answers.store.live(Number.NEGATIVE_INFINITY)
  same(
    'store',
    store.entries.map(({ target, peer, stampedAt }) => ({ target, peer, stampedAt })),
    live.map(({ target, peer, stampedAt }) => ({ target, peer, stampedAt })),
  )
}

function compareEntries({ announcements }: CoreInspection, model: NodeModel): void {
  const expected = model.publisher.entries.map((entry) => ({
    id: model.idOf(entry.target),
    port: entry.port,
    operationId: entry.operationId,
    dueAt: entry.dueAt,
    misses: entry.misses,
    publishing: entry.round !== undefined,
    startedAt: entry.round?.startedAt,
    reviewAt: entry.reviewAt,
    isBlocked: model.publisher.isLeaving || model.publisher.withdrawals.concerns(entry.target),
    last: entry.last,
  }))
  same('entries', announcements, expected)
}

/** The clock on the wall: never late; early only for a check or a refresh. */
function compareWake({ nextTimeout, overlays }: CoreInspection, model: NodeModel): void {
  // A family whose transport is away waits for nothing but that.
  const sides = [...model.sides.values()].filter(({ overlay }) => !overlay.isAway)
  const families = sides.map(({ overlay }) => overlay.family)
  const exact = [
    ...sides.flatMap(({ overlay, join }) => [
      overlay.questions.nextAt(),
      join.nextAt as number | undefined,
    ]),
    model.publisher.nextAt,
    model.sweepAt,
    Number.isFinite(model.seekingUntil) ? model.seekingUntil : undefined,
  ].filter((at) => at !== undefined)
  const awake = overlays.filter(({ family }) => families.includes(family))
  const announced = awake.flatMap(({ nextCheckAt, refresh }) => [nextCheckAt, refresh.nextAt])
  const all = [...exact, ...announced.filter((at) => at !== undefined)]
  same('next wake', nextTimeout?.at, all.length === 0 ? undefined : Math.min(...all))
}

/** What is said in short agrees with what is said at length. */
function compareDigests(seen: CoreInspection, core: NodeCore, model: NodeModel): void {
  const { overlays, announcements, operations, store, counters } = core.info(model.now)
  const state = core.state()
  same('info of counters', counters, seen.counters)
  same('info of operations', operations, seen.operations.length)
  same(
    'info of entries',
    announcements.map(({ id, port }) => ({ id, port })),
    state.announcements,
  )
  const keys = new Set(seen.store.entries.map(({ target }) => hex(target)))
  same('info of the store', store, { keys: keys.size, peers: seen.store.entries.length })
  const sides = [...model.sides.values()]
  overlays.forEach((info, at) => {
    const { buckets, openQueries, join, local } = seen.overlays[at]!
    const standings = buckets.flatMap(({ members }) => members.map(({ standing }) => standing))
    const count = (wanted: string): number => standings.filter((each) => each === wanted).length
    same('info of an overlay', info, {
      family: info.family,
      local,
      isOpen: !sides[at]!.overlay.isAway,
      externalAddress: sides[at]!.overlay.votes.address(model.now),
      joined: join.joined,
      bootstrap: join.bootstrap,
      contacts: { good: count('good'), questionable: count('questionable'), bad: count('bad') },
      buckets: buckets.map(({ members }) => members.length),
      openQueries: openQueries.length,
      waitingQueries: 0,
    })
  })
  const members = [...model.sides.values()].flatMap(({ overlay: { table } }) => {
    const alive = table.members.filter((member) => !table.isBad(member))
    return (alive.length > 0 ? alive : table.members).map(keyOf)
  })
  const saved = state.contacts.map((each) => peerOfContact(each).key)
  if (saved.length !== members.length || !isSubset(saved, new Set(members))) {
    same('state', saved.sort(), members.sort())
  }
  same(
    'own endpoints',
    seen.overlays.map(({ local }) => local),
    [...model.sides.values()].map(({ overlay }) => overlay.local),
  )
}

const isSubset = (some: readonly string[], all: ReadonlySet<string>): boolean =>
  some.every((one) => all.has(one)) && new Set(some).size === some.length
