// The invariants of a routing table, checked on the inspected state of a core. Each function
// returns a text for each violation, with the id of the property. The checks do not use the table's
// code, because a mistake in that code could hide itself. The texts call a bucket a range.

import { commonPrefixLength, idKey } from '@dht/id'
import type { CoreInspection } from './core-step.ts'

type Overlay = CoreInspection['overlays'][number]
type Bucket = Overlay['buckets'][number]

/** Failures in a row after which a contact is bad (BEP 5 practice; the table's default). */
export const BAD_AFTER = 2

/** Returns all violations in the routing tables of a core. */
export function tableViolations(core: CoreInspection): string[] {
  return core.overlays.flatMap((overlay) => [
    ...memberViolations(overlay),
    ...shapeViolations(overlay, core),
    ...standingViolations(overlay, core),
    ...refreshViolations(overlay, core),
  ])
}

/** Every member has its own id and endpoint, is another node, and is of the right family. */
function memberViolations({ buckets, local, id }: Overlay): string[] {
  const found: string[] = []
  const members = buckets.flatMap((bucket) => bucket.members)
  const ids = new Set(members.map((member) => idKey(member.contact.id)))
  const endpoints = new Set(members.map((member) => member.contact.endpointKey))
  if (ids.size < members.length) found.push('RT-55: an id twice')
  if (endpoints.size < members.length) found.push('RT-55: an address twice')
  if (ids.has(idKey(id))) found.push('RT-54: our own id is a member')
  if (members.some((member) => member.contact.family !== local.family)) {
    found.push('NET-57: a member of another family')
  }
  return found
}

/** The buckets cover all ids without a gap, and none holds more than it may. */
function shapeViolations({ buckets, id }: Overlay, { config }: CoreInspection): string[] {
  const found: string[] = []
  const bits = 8 * id.length
  // Our own bucket splits only if k + 1 contacts belong in it. Together with our own id, it then
  // covers at least k + 2 ids.
  const most = bits - Math.ceil(Math.log2(config.k + 2)) + 2
  if (buckets.length > most) found.push(`RT-50: ${buckets.length} ranges, at most ${most}`)
  buckets.forEach((bucket, at) => {
    // The last bucket is the only one that covers our own id.
    const isOwn = at === buckets.length - 1
    const { prefix, members, waiting, width } = bucket
    if (prefix.length !== (isOwn ? at : at + 1)) found.push(`RT-16: a gap at range ${at}`)
    const shared = commonPrefixLength(prefix.base, id)
    if (isOwn ? shared < prefix.length : shared !== prefix.length - 1) {
      found.push(`RT-50: range ${at} is not next to our own path`)
    }
    // The number of ids that the bucket covers, less our own. No width is as large as 2^30.
    const room = bits - prefix.length < 30 ? 2 ** (bits - prefix.length) - (isOwn ? 1 : 0) : width
    if (members.length > width) found.push(`RT-15: range ${at} has too many members`)
    if (members.length > room) found.push(`RT-51: range ${at} has more members than ids`)
    if (waiting.length > config.k) found.push(`STATE-52: range ${at} has too many waiting contacts`)
    found.push(...misplacementsIn(bucket, at))
  })
  return found
}

/** Each contact in a bucket has an id that the bucket covers. */
function misplacementsIn({ prefix, members, waiting }: Bucket, at: number): string[] {
  const isMisplaced = ({ contact }: Pick<Bucket['waiting'][number], 'contact'>): boolean => {
    return commonPrefixLength(contact.id, prefix.base) < prefix.length
  }
  return [...members, ...waiting].some(isMisplaced)
    ? [`RT-17: a contact outside of range ${at}`]
    : []
}

/** The standing of each member follows from its failures and from when it was last seen. */
function standingViolations({ buckets }: Overlay, { at, config }: CoreInspection): string[] {
  const found: string[] = []
  for (const { members } of buckets) {
    for (const { lastSeenAt, standing, failures } of members) {
      if (lastSeenAt === Number.NEGATIVE_INFINITY && standing === 'good') {
        found.push('META-51: good without a response')
      }
      const isBad = failures >= BAD_AFTER
      const isFresh = at < lastSeenAt + config.quietMs
      const expected = isFresh ? 'good' : 'questionable'
      if (standing !== (isBad ? 'bad' : expected)) {
        found.push(`META-7: ${standing} after ${failures} failures, ${at - lastSeenAt} ms`)
      }
    }
  }
  return found
}

/**
 * Unless a refresh is running or the table is empty, the next refresh must be planned. It must not
 * be later than the instant when the first span of buckets needs it, or than `refreshSpacingMs`
 * from now.
 */
function refreshViolations(
  { buckets, refresh }: Overlay,
  { at, config }: CoreInspection,
): string[] {
  const isEmpty = buckets.every(({ members }) => members.length === 0)
  if (refresh.isRunning || isEmpty) return []
  if (refresh.nextAt === undefined) return ['META-56: no refresh is due, ever']
  const dueAt = Math.min(...activeAts(buckets, config)) + config.quietMs
  const isLate = refresh.nextAt > Math.max(dueAt, at + config.refreshSpacingMs)
  return isLate ? [`META-56: refreshed ${refresh.nextAt - dueAt} ms late`] : []
}

/**
 * For each span of buckets the later of two instants: its last refresh, and when its longest-silent
 * member that is not bad was last seen. A span has as few buckets, from the farthest on, as have k
 * such members.
 */
function activeAts(
  buckets: readonly Bucket[],
  { k }: Pick<CoreInspection['config'], 'k'>,
): number[] {
  const found: number[] = []
  let [refreshedAt, seen] = [Number.POSITIVE_INFINITY, [] as number[]]
  for (const [at, bucket] of buckets.entries()) {
    const notBad = bucket.members.filter(({ failures }) => failures < BAD_AFTER)
    refreshedAt = Math.min(refreshedAt, bucket.refreshedAt)
    seen.push(...notBad.map(({ lastSeenAt }) => lastSeenAt))
    if (seen.length < k && at < buckets.length - 1) continue
    found.push(seen.length === 0 ? refreshedAt : Math.max(refreshedAt, Math.min(...seen)))
    refreshedAt = Number.POSITIVE_INFINITY
    seen = []
  }
  return found
}
