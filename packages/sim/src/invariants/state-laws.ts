// The laws of a core's state: its routing tables, open queries, stored peers, operations,
// announcements and next timeout. Each function returns a list of violations. The laws use no code
// of the node, so they cannot repeat its mistakes.

import { idKey, idView } from '@dht/id'
import { endpointKey } from '@dht/krpc'
import type { CoreInspection } from './core-step.ts'
import { tableViolations } from './table-laws.ts'

type Overlay = CoreInspection['overlays'][number]

/**
 * Returns all violations in a state.
 *
 * @param before - an earlier state that was already checked. If its stored peers are the same, they
 *   are not checked again.
 */
export function stateViolations(core: CoreInspection, before?: CoreInspection): string[] {
  return [
    ...tableViolations(core),
    ...core.overlays.flatMap((overlay) => queryViolations(overlay, core)),
    ...(hasSamePeers(core, before) ? [] : storeViolations(core)),
    ...expiryViolations(core),
    ...operationViolations(core),
    ...announcementViolations(core),
    ...timeoutViolations(core),
  ]
}

function queryViolations(overlay: Overlay, { config }: CoreInspection): string[] {
  const { openQueries, local, nextTimeoutAt } = overlay
  const found: string[] = []
  const transactionIds = new Set(openQueries.map(({ query }) => String(query.transactionId)))
  if (transactionIds.size < openQueries.length)
    found.push('NET-59: two open queries with one transaction id')
  if (openQueries.length > config.maxTransactions) found.push('AMP-6: too many open queries')
  for (const { to, sentAt, stallAt, expireAt, dueAt } of openQueries) {
    if (to.family !== local.family) found.push('NET-57: a query in another family')
    if (endpointKey(to) === endpointKey(local)) found.push('NET-57: a query to ourselves')
    if (expireAt > sentAt + config.giveUpMs) found.push('NET-51: open for too long')
    if (stallAt > expireAt || (dueAt !== stallAt && dueAt !== expireAt)) {
      found.push('NET-51: never due')
    }
  }
  const earliestDueAt = Math.min(...openQueries.map(({ dueAt }) => dueAt))
  if ((nextTimeoutAt ?? Number.POSITIVE_INFINITY) !== earliestDueAt) {
    found.push('NET-61: the timeout of the queries is wrong')
  }
  return found
}

function storeViolations({ store, config }: CoreInspection): string[] {
  const { peers, at } = store
  const found: string[] = []
  const limits = [
    {
      what: 'key',
      most: config.maxPeersPerKey,
      keyOf: (stored: Stored) => idKey(idView(stored.target)),
    },
    {
      what: 'source',
      most: config.maxPeersPerSource,
      keyOf: sourceOf,
    },
    {
      what: 'source and key',
      most: config.maxPeersPerSourceAndKey,
      keyOf: (stored: Stored) => `${sourceOf(stored)} ${idKey(idView(stored.target))}`,
    },
  ]
  for (const { what, most, keyOf } of limits) {
    for (const [, count] of countedBy(peers, keyOf)) {
      if (count > most) found.push(`STORE-52: ${count} peers of one ${what}, at most ${most}`)
    }
  }
  if (peers.length > config.maxPeers) found.push('STORE-52: too many peers in all')
  if (countedBy(peers, ({ target }) => idKey(idView(target))).size > config.maxKeys) {
    found.push('STORE-52: too many keys')
  }
  const peersAtKeys = countedBy(peers, ({ target, peer }) => `${String(peer)} ${String(target)}`)
  if (peersAtKeys.size < peers.length) found.push('STORE-58: one peer twice at a key')
  if (peers.some(({ stampedAt }) => stampedAt > at)) found.push('STORE-54: a peer from the future')
  return found
}

/** Checks only the first peer, because it is the oldest. */
function expiryViolations({ store, config }: CoreInspection): string[] {
  const { at, peers } = store
  const hasExpired = at - (peers[0]?.stampedAt ?? at) > config.peerLifetimeMs
  return hasExpired ? ['STORE-51: a peer that has expired'] : []
}

/**
 * Whether a store has the same peers as before. It compares only the number of peers and the
 * last peer: new and renewed peers go to the end, and expired peers leave from the front.
 */
export function hasSamePeers(
  { store }: CoreInspection,
  before: CoreInspection | undefined,
): boolean {
  if (before === undefined || before.store.peers.length !== store.peers.length) return false
  const [last, lastBefore] = [store.peers.at(-1), before.store.peers.at(-1)]
  if (last === undefined || lastBefore === undefined) return true
  return (
    last.stampedAt === lastBefore.stampedAt &&
    String(last.peer) === String(lastBefore.peer) &&
    String(last.target) === String(lastBefore.target)
  )
}

type Stored = CoreInspection['store']['peers'][number]

/** The IPv4 address of a peer, or the IPv6 /64 that it is in. */
function sourceOf({ address }: Stored): string {
  return String(address.subarray(0, address.length === 16 ? 8 : 4))
}

/** The number of items with each key. */
function countedBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, number> {
  const counts = new Map<string, number>()
  for (const item of items) {
    const key = keyOf(item)
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return counts
}

function operationViolations({ operations, deferred, sources, config }: CoreInspection): string[] {
  const found: string[] = []
  if (operations.length > config.maxOperations) found.push('AMP-6: too many operations')
  if (deferred.length > config.maxOperations) found.push('AMP-6: too many operations deferred')
  if (sources > config.maxSources) found.push('AMP-6: too many sources counted')
  const operationIds = [...operations, ...deferred]
  if (new Set(operationIds).size < operationIds.length)
    found.push('NET-51: two operations with one id')
  return found
}

function announcementViolations({ announcements, config }: CoreInspection): string[] {
  const found: string[] = []
  const ids = new Set(announcements.map(({ id }) => idKey(id)))
  if (ids.size < announcements.length) found.push('PUB-2: an identity twice')
  if (announcements.length > config.maxAnnouncements) found.push('AMP-6: too many announcements')
  const activeRounds = announcements.filter(({ publishing }) => publishing).length
  if (activeRounds > config.maxRounds) found.push('PUB-9: too many rounds at once')
  for (const { dueAt, misses, publishing, startedAt } of announcements) {
    if (!Number.isFinite(dueAt)) found.push('PUB-2: an identity that is never due')
    if (misses < 0) found.push('PUB-8: a negative number of misses')
    if (publishing !== (startedAt !== undefined)) found.push('PUB-2: a round without a start')
  }
  return found
}

/** The next timeout must not be later than any instant at which something is due. */
function timeoutViolations(core: CoreInspection): string[] {
  const { overlays, announcements, config, at, nextTimeout } = core
  const timeoutAt = nextTimeout?.at ?? Number.POSITIVE_INFINITY
  const found: string[] = []
  for (const { nextTimeoutAt, nextCheckAt, join, refresh } of overlays) {
    const due = {
      lapse: nextTimeoutAt,
      check: nextCheckAt,
      join: join.nextAt,
      ...refreshOf(refresh),
    }
    for (const [what, dueAt] of Object.entries(due)) {
      if (dueAt !== undefined && timeoutAt > dueAt)
        found.push(`NET-61: the next timeout is after its ${what}`)
    }
  }
  // A due round waits while a join runs, or while as many rounds run as are allowed.
  const activeRounds = announcements.filter(({ publishing }) => publishing).length
  const isJoining = overlays.some(({ join }) => join.isRunning)
  if (activeRounds >= config.maxRounds || isJoining) return found
  const isTooLate = announcements.some(({ publishing, isBlocked, dueAt }) => {
    return !publishing && !isBlocked && dueAt > at && timeoutAt > dueAt
  })
  if (isTooLate) found.push('PUB-1: the next timeout is after a round')
  return found
}

function refreshOf({ nextAt }: Overlay['refresh']): { readonly refresh: number | undefined } {
  return { refresh: nextAt }
}
