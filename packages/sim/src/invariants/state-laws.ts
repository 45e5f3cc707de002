// The laws of a core's state: of its open queries, its stored peers, its announcements and its next
// timeout, and those of its tables. Each function returns a list of what is wrong. No code of the
// node is used.

import { idKey, idView } from '@dht/id'
import { endpointKey } from '@dht/krpc'
import type { CoreInspection } from './core-step.ts'
import { tableViolations } from './table-laws.ts'

type Overlay = CoreInspection['overlays'][number]

/**
 * Returns everything that is wrong with a state.
 *
 * @param before - an earlier state that was checked: the store is skipped if it has not changed
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
  const tids = new Set(openQueries.map(({ query }) => String(query.transactionId)))
  if (tids.size < openQueries.length) found.push('NET-59: two open queries with one transaction id')
  if (openQueries.length > config.maxTransactions) found.push('AMP-6: too many open queries')
  for (const { to, sentAt, stallAt, expireAt, dueAt } of openQueries) {
    if (to.family !== local.family) found.push('NET-57: a query in another family')
    if (endpointKey(to) === endpointKey(local)) found.push('NET-57: a query to ourselves')
    if (expireAt > sentAt + config.giveUpMs) found.push('NET-51: open for too long')
    if (stallAt > expireAt || (dueAt !== stallAt && dueAt !== expireAt)) {
      found.push('NET-51: never due')
    }
  }
  const soonest = Math.min(...openQueries.map(({ dueAt }) => dueAt))
  if ((nextTimeoutAt ?? Number.POSITIVE_INFINITY) !== soonest) {
    found.push('NET-61: the timeout of the queries is wrong')
  }
  return found
}

function storeViolations({ store, config }: CoreInspection): string[] {
  const { entries, at } = store
  const found: string[] = []
  const caps = [
    { what: 'key', most: config.maxPeersPerKey, of: (e: Stored) => idKey(idView(e.target)) },
    { what: 'source', most: config.maxPeersPerSource, of: (e: Stored) => String(e.address) },
    {
      what: 'source and key',
      most: config.maxPeersPerSourceAndKey,
      of: (e: Stored) => `${String(e.address)} ${idKey(idView(e.target))}`,
    },
  ]
  for (const { what, most, of } of caps) {
    for (const [, count] of countedBy(entries, of)) {
      if (count > most) found.push(`STORE-52: ${count} peers of one ${what}, at most ${most}`)
    }
  }
  if (entries.length > config.maxPeers) found.push('STORE-52: too many peers in all')
  if (countedBy(entries, ({ target }) => idKey(idView(target))).size > config.maxKeys) {
    found.push('STORE-52: too many keys')
  }
  const names = countedBy(entries, ({ target, peer }) => `${String(peer)} ${String(target)}`)
  if (names.size < entries.length) found.push('STORE-58: one peer twice at a key')
  if (entries.some(({ stampedAt }) => stampedAt > at))
    found.push('STORE-54: a peer from the future')
  return found
}

/** The first entry is the oldest. */
function expiryViolations({ store, config }: CoreInspection): string[] {
  const { at, entries } = store
  const isLate = at - (entries[0]?.stampedAt ?? at) > config.peerLifetimeMs
  return isLate ? ['STORE-51: a peer that has expired'] : []
}

/**
 * Whether a store has the same entries as before. New and renewed entries are last, and expired
 * entries are removed from the front.
 */
export function hasSamePeers(
  { store }: CoreInspection,
  before: CoreInspection | undefined,
): boolean {
  if (before === undefined || before.store.entries.length !== store.entries.length) return false
  const [one, other] = [store.entries.at(-1), before.store.entries.at(-1)]
  if (one === undefined || other === undefined) return true
  const isSame = one.stampedAt === other.stampedAt && String(one.peer) === String(other.peer)
  return isSame && String(one.target) === String(other.target)
}

type Stored = CoreInspection['store']['entries'][number]

function countedBy<T>(items: readonly T[], nameOf: (item: T) => string): Map<string, number> {
  const counts = new Map<string, number>()
  for (const item of items) {
    const name = nameOf(item)
    counts.set(name, (counts.get(name) ?? 0) + 1)
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

function announcementViolations({ announcements: entries, config }: CoreInspection): string[] {
  const found: string[] = []
  const ids = new Set(entries.map(({ id }) => idKey(id)))
  if (ids.size < entries.length) found.push('PUB-2: an identity twice')
  if (entries.length > config.maxAnnouncements) found.push('AMP-6: too many announcements')
  const rounds = entries.filter(({ publishing }) => publishing).length
  if (rounds > config.maxRounds) found.push('PUB-9: too many rounds at once')
  for (const { dueAt, misses, publishing, startedAt } of entries) {
    if (!Number.isFinite(dueAt)) found.push('PUB-2: an identity that is never due')
    if (misses < 0) found.push('PUB-8: a negative number of misses')
    if (publishing !== (startedAt !== undefined)) found.push('PUB-2: a round without a start')
  }
  return found
}

/** The next timeout must not be after anything that is due. */
function timeoutViolations(core: CoreInspection): string[] {
  const { overlays, announcements: entries, config, at, nextTimeout } = core
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
  const rounds = entries.filter(({ publishing }) => publishing).length
  const isSeeking = overlays.some(({ join }) => join.isRunning)
  if (rounds >= config.maxRounds || isSeeking) return found
  const isMissed = entries.some(({ publishing, isBlocked, dueAt }) => {
    return !publishing && !isBlocked && dueAt > at && timeoutAt > dueAt
  })
  if (isMissed) found.push('PUB-1: the next timeout is after a round')
  return found
}

function refreshOf({ nextAt }: Overlay['refresh']): { readonly refresh: number | undefined } {
  return { refresh: nextAt }
}
