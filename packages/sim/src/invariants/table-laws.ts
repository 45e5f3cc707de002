// The laws of a routing table, checked on the inspected state of a core. Each function returns a
// list of everything that is wrong. No code of the table is used.

import { commonPrefixLength } from '@dht/id'
import { type Contact, contact, type Family } from '@dht/krpc'
import type { CoreInspection } from './core-step.ts'

type Overlay = CoreInspection['overlays'][number]
type Bucket = Overlay['buckets'][number]

/** Failures in a row after which a contact is bad (BEP 5 practice; the table's default). */
export const BAD_AFTER = 2

/** Bytes of an IPv4 endpoint in compact form (BEP 5). */
const COMPACT_V4 = 6

/** Returns everything that is wrong with the tables of a core. */
export function tableViolations(core: CoreInspection): string[] {
  return core.overlays.flatMap((overlay) => [
    ...membersOf(overlay, core),
    ...shapeOf(overlay, core),
    ...standingsOf(overlay, core),
    ...refreshesOf(overlay, core),
  ])
}

function membersOf({ buckets, local }: Overlay, { id }: CoreInspection): string[] {
  const found: string[] = []
  const members = buckets.flatMap((bucket) => bucket.members)
  const ids = new Set(members.map((member) => idOf(member.contact)))
  const places = new Set(members.map((member) => member.contact.endpointKey))
  if (ids.size < members.length) found.push('RT-55: an id twice')
  if (places.size < members.length) found.push('RT-55: an address twice')
  if (ids.has(idOf(contact(id, local)))) found.push('RT-54: our own id is a member')
  if (members.some((member) => familyOf(member.contact) !== local.family)) {
    found.push('NET-57: a member of another family')
  }
  return found
}

/** The id as a part of the wire form. Comparing text is faster than comparing bytes. */
function idOf({ wire, endpointKey }: Contact): string {
  return wire.slice(0, wire.length - endpointKey.length)
}

function familyOf({ size, idLength }: Contact): Family {
  return size - idLength === COMPACT_V4 ? 4 : 6
}

function shapeOf({ buckets }: Overlay, { id, config }: CoreInspection): string[] {
  const found: string[] = []
  const bits = 8 * id.length
  const most = bits - Math.ceil(Math.log2(config.k + 2)) + 2
  if (buckets.length > most) found.push(`RT-50: ${buckets.length} ranges, at most ${most}`)
  buckets.forEach((bucket, at) => {
    const isOwn = at === buckets.length - 1
    const { prefix, members, waiting, width } = bucket
    if (prefix.length !== (isOwn ? at : at + 1)) found.push(`RT-16: a gap at range ${at}`)
    const shared = commonPrefixLength(prefix.base, id)
    if (isOwn ? shared < prefix.length : shared !== prefix.length - 1) {
      found.push(`RT-50: range ${at} is not next to our own path`)
    }
    const room = bits - prefix.length < 30 ? 2 ** (bits - prefix.length) - (isOwn ? 1 : 0) : width
    if (members.length > width) found.push(`RT-15: range ${at} has too many members`)
    if (members.length > room) found.push(`RT-51: range ${at} has more members than ids`)
    if (waiting.length > config.k) found.push(`STATE-52: range ${at} has too many waiting contacts`)
    found.push(...misplacedIn(bucket, at))
  })
  return found
}

function misplacedIn({ prefix, members, waiting }: Bucket, at: number): string[] {
  const isMisplaced = ({ contact }: Pick<Bucket['waiting'][number], 'contact'>): boolean => {
    return commonPrefixLength(contact.id, prefix.base) < prefix.length
  }
  return [...members, ...waiting].some(isMisplaced)
    ? [`RT-17: a contact outside of range ${at}`]
    : []
}

function standingsOf({ buckets }: Overlay, { at, config }: CoreInspection): string[] {
  const found: string[] = []
  for (const { members } of buckets) {
    for (const { lastSeenAt, standing, failures } of members) {
      if (lastSeenAt === Number.NEGATIVE_INFINITY && standing === 'good') {
        found.push('META-51: good without a response')
      }
      const isBad = failures >= BAD_AFTER
      const isFresh = at < lastSeenAt + config.quietMs
      const due = isFresh ? 'good' : 'questionable'
      if (standing !== (isBad ? 'bad' : due)) {
        found.push(`META-7: ${standing} after ${failures} failures, ${at - lastSeenAt} ms`)
      }
    }
  }
  return found
}

/** There must be a next refresh, and it must not be later than the first range needs it. */
function refreshesOf({ buckets, refresh }: Overlay, { at, config }: CoreInspection): string[] {
  const isEmpty = buckets.every(({ members }) => members.length === 0)
  if (refresh.isRunning || isEmpty) return []
  if (refresh.nextAt === undefined) return ['META-56: no refresh is due, ever']
  const dueAt = Math.min(...buckets.map((bucket) => activeAt(bucket) + config.quietMs))
  const isLate = refresh.nextAt > Math.max(dueAt, at + config.refreshSpacingMs)
  return isLate ? [`META-56: refreshed ${refresh.nextAt - dueAt} ms late`] : []
}

/** The last refresh, or when the longest-silent member that is not bad was last seen. */
function activeAt({ refreshedAt, members }: Bucket): number {
  const alive = members.filter(({ failures }) => failures < BAD_AFTER)
  if (alive.length === 0) return refreshedAt
  return Math.max(refreshedAt, Math.min(...alive.map(({ lastSeenAt }) => lastSeenAt)))
}
