// Compares everything that the inspection of a core shows with the model, after every command.
// Random choices of the core that no effect has shown are taken over by the model, if they are
// allowed.

import type { Network } from '@dht/krpc'
import { type Fact, type Range, viewOfTable } from '../../../routing-table/test/model/facts.ts'
import type { TableModel } from '../../../routing-table/test/model/table-model.ts'
import type { NaiveItems } from '../../../store/test/support/naive-items.ts'
import type {
  BucketInspection,
  CoreInspection,
  MemberInspection,
  OverlayInspection,
} from '../../src/core/inspection.ts'
import type { NodeCore } from '../../src/core/node-core.ts'
import { alike, sameBytes } from '../support/alike.ts'
import { compareGets } from './core.compare-gets.ts'
import type { FamilyModel, NodeModel } from './core.model.ts'
import { hex, idOf, type Peer, peerOfContact, textOf } from './core-peer.ts'

/** Takes over the random choices of the core that no effect has shown, if they are allowed. */
export function takeOver(model: NodeModel, seen: CoreInspection): void {
  const families = [...model.families.values()]
  same('overlays', seen.overlays.length, families.length)
  seen.overlays.forEach((overlay, at) => {
    takeOverTimeouts(overlay, families[at]!)
    takeOverJoin(overlay, families[at]!)
  })
}

/** @throws when the core differs from the model */
export function compare(model: NodeModel, core: NodeCore, seen: CoreInspection): void {
  const families = [...model.families.values()]
  for (const [at, overlay] of seen.overlays.entries()) compareOverlay(overlay, families[at]!, model)
  compareStore(seen, model)
  compareItems(seen, model)
  compareGets(model)
  compareEntries(seen, model)
  same(
    'operations',
    seen.operations,
    model.dispatcher.operations.map(({ operationId }) => operationId),
  )
  same(
    'held',
    seen.deferred,
    model.dispatcher.held.map(({ operationId }) => operationId),
  )
  same('leaving', seen.leaving, model.publisher.withdrawals.finishing)
  same('sources', seen.sources, model.responder.sources)
  same('token epoch', seen.tokenEpoch, model.responder.epoch)
  model.learnOverflow(seen.counters.queriesOverflowed)
  same('counters', seen.counters, model.counters)
  compareNextTimeout(seen, model)
  compareDigests(seen, core, model)
}

function same(what: string, seen: unknown, expected: unknown): void {
  if (alike(seen, expected)) return
  throw new Error(`${what}: expected ${textOf(expected)}, got ${textOf(seen)}`)
}

function compareOverlay(seen: OverlayInspection, parts: FamilyModel, model: NodeModel): void {
  const { overlay, join, refresh } = parts
  same('id', seen.id, model.selfId)
  same('local', [seen.family, seen.local], [overlay.family, overlay.local])
  compareTable(seen.buckets, parts, model)
  compareQueries(seen, parts)
  same('routers', seen.routers, overlay.routers)
  same('join', seen.join, {
    isRunning: join.attempt !== undefined,
    isApproaching: join.isApproaching,
    hasTried: join.hasTried,
    joined: join.joined,
    bootstrap: { queried: join.asked, responded: join.answered },
    nextAt: join.nextAt,
    waitMs: join.waitMs,
  })
  same('refresh', seen.refresh.isRunning, refresh.isRunning)
  neverLate('refresh', seen.refresh.nextAt, refresh.nextAt)
  const checkAt = overlay.table.checkDueAt()
  const isWanted = checkAt !== Number.POSITIVE_INFINITY
  const readyAt = Math.max(checkAt, overlay.checks.readyAt(model.now))
  neverLate('check', seen.nextCheckAt, isWanted ? readyAt : undefined)
  same('next lapse', seen.nextTimeoutAt, overlay.transactions.nextAt())
}

/** Compares a lower bound: it may be early, or be given where nothing is due. */
function neverLate(what: string, seen: number | undefined, due: number | undefined): void {
  if (due === undefined || (seen !== undefined && seen <= due)) return
  throw new Error(`${what}: due at ${due}, announced for ${seen}`)
}

function compareTable(
  buckets: readonly BucketInspection[],
  { overlay: { table } }: FamilyModel,
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

/** Compares every bucket: members in any order, waiting contacts in their order. */
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
  { lastSeenAt, failures, respondedAt }: Omit<MemberInspection, 'contact' | 'standing'>,
  fact: Fact,
): boolean {
  const isSame = lastSeenAt === fact.seenAt && failures === fact.failures
  return isSame && respondedAt === fact.respondedAt
}

type Prefix = BucketInspection['prefix']

/** Cached by range. */
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

function takeOverTimeouts(seen: OverlayInspection, { overlay }: FamilyModel): void {
  const { open } = overlay.transactions
  same('open queries', seen.openQueries.length, open.length)
  open.forEach((asked, at) => {
    const { stallAt, expireAt } = seen.openQueries[at]!
    // The model computes timeouts in another order, so they are rounded differently.
    near('stall', stallAt, asked.stallAt)
    near('expiry', expireAt, asked.expireAt)
    Object.assign(asked, { stallAt, expireAt })
  })
}

function compareQueries(seen: OverlayInspection, { overlay }: FamilyModel): void {
  const { transactions } = overlay
  transactions.open.forEach((asked, at) => {
    const { query, asked: whom } = overlay.open.get(asked)!
    const { to, sentAt, stallAt, expireAt, isSuspect } = asked
    const dueAt = transactions.dueAt(asked)
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

/** The instant of the next join is drawn at random from a span. */
function takeOverJoin(seen: OverlayInspection, { join }: FamilyModel): void {
  const { nextAt } = join
  if (typeof nextAt !== 'object') return
  const drawn = seen.join.nextAt
  if (drawn === undefined || drawn < nextAt.from || drawn >= nextAt.until) {
    throw new Error(`BOOT-4: next join at ${drawn}, expected ${nextAt.from} to ${nextAt.until}`)
  }
  join.nextAt = drawn
}

function compareStore({ store }: CoreInspection, { responder }: NodeModel): void {
  const live = responder.store.live(Number.NEGATIVE_INFINITY)
  same(
    'store',
    store.peers.map(({ target, peer, seed, stampedAt }) => ({ target, peer, seed, stampedAt })),
    live.map(({ target, peer, seed, stampedAt }) => ({ target, peer, seed, stampedAt })),
  )
}

function compareItems({ items }: CoreInspection, { responder }: NodeModel): void {
  const view = (all: CoreInspection['items']['items'] | ReturnType<NaiveItems['live']>) =>
    all.map(({ target, item, stampedAt }) => ({ target, item, stampedAt }))
  const live = responder.items.store.live(Number.NEGATIVE_INFINITY)
  same('items', view(items.items), view(live))
}

function compareEntries({ announcements }: CoreInspection, model: NodeModel): void {
  const expected = model.publisher.entries.map((entry) => ({
    id: model.idOf(entry.target),
    port: entry.port,
    impliedPort: entry.impliedPort,
    seed: entry.seed,
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

/** The next timeout is never late, and early only for a check or a refresh. */
function compareNextTimeout({ nextTimeout, overlays }: CoreInspection, model: NodeModel): void {
  // A family whose transport has failed waits for nothing.
  const open = [...model.families.values()].filter(({ overlay }) => !overlay.isTransportLost)
  const families = open.map(({ overlay }) => overlay.family)
  const exact = [
    ...open.flatMap(({ overlay, join }) => [
      overlay.transactions.nextAt(),
      join.nextAt as number | undefined,
    ]),
    model.publisher.nextAt,
    model.added.nextAt,
    model.sweepAt,
    Number.isFinite(model.contactWaitEndsAt) ? model.contactWaitEndsAt : undefined,
  ].filter((at) => at !== undefined)
  const awake = overlays.filter(({ family }) => families.includes(family))
  const announced = awake.flatMap(({ nextCheckAt, refresh }) => [nextCheckAt, refresh.nextAt])
  const all = [...exact, ...announced.filter((at) => at !== undefined)]
  same('next timeout', nextTimeout?.at, all.length === 0 ? undefined : Math.min(...all))
}

/** Compares the summary of `info` with the inspection and the model. */
function compareDigests(seen: CoreInspection, core: NodeCore, model: NodeModel): void {
  const { overlays, announcements, operations, store, counters } = core.info(model.now)
  const state = core.state()
  same('info of counters', counters, seen.counters)
  same('info of operations', operations, seen.operations.length)
  same(
    'info of entries',
    announcements.map(({ id, port, impliedPort, seed }) => ({ id, port, impliedPort, seed })),
    state.announcements.map(({ id, port, impliedPort = false, seed = false }) => {
      return { id, port, impliedPort, seed }
    }),
  )
  const keys = new Set(seen.store.peers.map(({ target }) => hex(target)))
  same('info of the store', store, { keys: keys.size, peers: seen.store.peers.length })
  const families = [...model.families.values()]
  overlays.forEach((info, at) => {
    const { buckets, openQueries, join, local } = seen.overlays[at]!
    const standings = buckets.flatMap(({ members }) => members.map(({ standing }) => standing))
    const count = (wanted: string): number => standings.filter((each) => each === wanted).length
    same('info of an overlay', info, {
      family: info.family,
      id: model.selfId,
      local,
      isOpen: !families[at]!.overlay.isTransportLost,
      isReadOnly: model.config.readOnly === true,
      isIdSecure: undefined,
      externalAddress: families[at]!.overlay.votes.address(model.now),
      addressVotes: families[at]!.overlay.votes.count(model.now),
      joined: join.joined,
      bootstrap: join.bootstrap,
      contacts: { good: count('good'), questionable: count('questionable'), bad: count('bad') },
      buckets: buckets.map(({ members }) => members.length),
      estimatedNodes: rounded(families[at]!.overlay.networkSize.nodes),
      openQueries: openQueries.length,
      waitingQueries: 0,
    })
  })
  const members = [...model.families.values()].flatMap(({ overlay: { table } }) => {
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
    [...model.families.values()].map(({ overlay }) => overlay.local),
  )
}

const isSubset = (some: readonly string[], all: ReadonlySet<string>): boolean =>
  some.every((one) => all.has(one)) && new Set(some).size === some.length

function rounded(nodes: number | undefined): number | undefined {
  return nodes === undefined ? undefined : Math.round(nodes)
}
