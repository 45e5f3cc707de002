// The laws of one step of a core: how its tables may change, and what it may send. They compare the
// states before and after, the input, and what was sent. No code of the node is used.

import type { SecureIds } from '@dht/id'
import { addressBytes, endpointKey, sameEndpoint } from '@dht/krpc'
import { type CoreInspection, type CoreStep, isQuery, type SentDatagram } from './core-step.ts'
import { BAD_AFTER } from './table-laws.ts'

type Overlay = CoreInspection['overlays'][number]
type Member = Overlay['buckets'][number]['members'][number]

/**
 * Maximum bytes of a reply for each byte of its query: the limits of SECURITY.md, and a little for
 * rounding.
 */
const AMPLIFICATION: Readonly<Record<string, number>> = { dht256: 8.5, mainline: 10.2 }
/** The same for `get`, because an item may have 1,000 bytes. */
const OF_ITEMS = 16.6

/** Returns everything that is wrong with a step. */
export function stepViolations(step: CoreStep): string[] {
  return [...sendViolations(step), ...changeViolations(step)]
}

/** Returns what is wrong with what a core has sent. */
export function sendViolations({ event, received, sent, host }: CoreStep): string[] {
  const { protocol } = host
  const found: string[] = []
  if (sent.some(({ message }) => message.kind === 'malformed')) {
    found.push('NET-50: sent a malformed message')
  }
  if (sent.some(({ bytes }) => bytes.length > protocol.replyBudget)) {
    found.push('AMP-2: sent a packet that is too large')
  }
  const replies = sent.filter(({ message }) => message.kind !== 'query')
  if (replies.length > 1) found.push('NET-50: replied twice')
  if (replies.length === 0) return found
  if (event.kind !== 'received' || received === undefined)
    return [...found, 'NET-50: replied without a query']
  if (!isQuery(received)) found.push('AMP-5: replied to a message that is not a query')
  const { bytes, from } = event.packet
  const isGet = received.kind === 'query' && received.method === 'get'
  const most = isGet ? OF_ITEMS : (AMPLIFICATION[protocol.name] ?? Number.POSITIVE_INFINITY)
  for (const reply of replies) found.push(...replyViolations(reply, { bytes, from, most }))
  return found
}

function replyViolations(
  { bytes: reply, to }: SentDatagram,
  asked: {
    readonly bytes: Uint8Array
    readonly from: SentDatagram['to']
    /** Maximum bytes for each byte of the query. */
    readonly most: number
  },
): string[] {
  const found: string[] = []
  const { bytes, from, most } = asked
  if (!sameEndpoint(to, from)) found.push('AMP-1: replied to another endpoint')
  if (reply.length > most * bytes.length) {
    found.push(`AMP-1: replied to ${bytes.length} bytes with ${reply.length}`)
  }
  return found
}

/** Returns what is wrong with how a core has changed. */
export function changeViolations({ event, before, after }: CoreStep): string[] {
  if (before === undefined || after === undefined) return []
  const found: string[] = []
  const { secureIds } = after.config.network
  for (const [i, was] of before.overlays.entries()) {
    const is = after.overlays[i]
    if (is === undefined) found.push('RT-57: a table is missing')
    else if (String(was.id) !== String(is.id))
      found.push(
        ...(secureIds !== undefined ? rebuilds(was, is, event) : ['SIM-S6: the id has changed']),
      )
    else found.push(...tableChanges(was, is, { event, secureIds }))
  }
  if (after.tokenEpoch < before.tokenEpoch) found.push('TOKEN-3: the epoch went back')
  return found
}

/** Where the id has changed, the table is another one: its members were members, or just spoke. */
function rebuilds(was: Overlay, is: Overlay, event: CoreStep['event']): string[] {
  const old = membersOf(was)
  const from = event.kind === 'received' ? endpointKey(event.packet.from) : undefined
  const strangers = [...membersOf(is)].filter(
    ([key, { contact }]) => !old.has(key) && contact.endpointKey !== from,
  )
  return strangers.length > 0 ? ['RT-65: another id brought a member that was unknown'] : []
}

function tableChanges(
  was: Overlay,
  is: Overlay,
  {
    event,
    secureIds,
  }: { readonly event: CoreStep['event']; readonly secureIds: SecureIds | undefined },
): string[] {
  const found: string[] = []
  const [old, young] = [membersOf(was), membersOf(is)]
  if (is.buckets.length < was.buckets.length) found.push('RT-57: ranges were merged')
  if (young.size < old.size) found.push('STATE-58: fewer members than before')
  for (const [key, { contact, failures }] of old) {
    // A timeout may end several queries, and more than one of them may have been to that member.
    const isFailed = failures + 1 >= BAD_AFTER || event.kind === 'timeout'
    // Where ids follow addresses, one with a valid id may have taken its place in a full bucket.
    const isLesser = secureIds?.allows(contact.id, addressOf(contact)) === false
    if (!young.has(key) && !isFailed && !isLesser)
      found.push('STATE-50: a member was removed that was not bad')
  }
  const from = event.kind === 'received' ? endpointKey(event.packet.from) : undefined
  for (const [key, { contact, failures, lastSeenAt }] of young) {
    const before = old.get(key)
    const isSpeaking = contact.endpointKey === from
    if (before === undefined && lastSeenAt === Number.NEGATIVE_INFINITY) {
      found.push('STATE-54: a member was added that has never responded')
    }
    if (before === undefined) continue
    if (failures < before.failures && !isSpeaking)
      found.push('META-53: fewer failures without a response')
    if (lastSeenAt < before.lastSeenAt)
      found.push('META-59: a member was last seen earlier than before')
    if (lastSeenAt > before.lastSeenAt && !isSpeaking)
      found.push('META-10: a member was seen without a message')
  }
  return found
}

function addressOf({ endpoint }: Member['contact']): Uint8Array {
  return addressBytes(endpoint.address) as Uint8Array
}

function membersOf({ buckets }: Overlay): ReadonlyMap<string, Member> {
  const members = buckets.flatMap((bucket) => bucket.members)
  return new Map(members.map((member) => [member.contact.key, member]))
}
