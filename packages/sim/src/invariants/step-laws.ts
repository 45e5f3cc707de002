// What no single step of a core may do: to its tables, and to others. Told from how it stood before
// and after, what it was told and what it said; none of its own code is in here.

import { endpointKey, type Network as Protocol, sameEndpoint } from '@dht/krpc'
import { type CoreInspection, type CoreStep, isQuery, type SentDatagram } from './core-step.ts'
import { BAD_AFTER } from './table-laws.ts'

type Overlay = CoreInspection['overlays'][number]
type Member = Overlay['buckets'][number]['members'][number]

/**
 * Bytes in a reply for each byte asked with, at most: the supremum that SECURITY.md gives, 8.4 and
 * 10, and a little for rounding.
 */
const AMPLIFICATION: Readonly<Record<string, number>> = { dht256: 8.5, mainline: 10.2 }

/** Everything that is wrong with a step. */
export function stepViolations(step: CoreStep): string[] {
  return [...sendViolations(step), ...changeViolations(step)]
}

/** What is wrong with what a core says. */
export function sendViolations({ event, received, sent, world }: CoreStep): string[] {
  const { protocol } = world
  const found: string[] = []
  if (sent.some(({ message }) => message.kind === 'malformed')) {
    found.push('NET-50: sent what is no message')
  }
  if (sent.some(({ bytes }) => bytes.length > protocol.replyBudget)) {
    found.push('AMP-2: sent too large a datagram')
  }
  const replies = sent.filter(({ message }) => message.kind !== 'query')
  if (replies.length > 1) found.push('NET-50: answered twice')
  if (replies.length === 0) return found
  if (event.kind !== 'received' || received === undefined)
    return [...found, 'NET-50: answered nobody']
  if (!isQuery(received)) found.push('AMP-5: answered what is no query')
  const { bytes, from } = event.packet
  for (const reply of replies) found.push(...replyViolations(reply, { bytes, from, protocol }))
  return found
}

function replyViolations(
  { bytes: reply, to }: SentDatagram,
  asked: {
    readonly bytes: Uint8Array
    readonly from: SentDatagram['to']
    readonly protocol: Protocol
  },
): string[] {
  const found: string[] = []
  const { bytes, from, protocol } = asked
  if (!sameEndpoint(to, from)) found.push('AMP-1: answered somebody else')
  const most = AMPLIFICATION[protocol.name] ?? Number.POSITIVE_INFINITY
  if (reply.length > most * bytes.length) {
    found.push(`AMP-1: answered ${bytes.length} bytes with ${reply.length}`)
  }
  return found
}

/** What is wrong with what became of a core. */
export function changeViolations({ event, before, after }: CoreStep): string[] {
  if (before === undefined || after === undefined) return []
  const found: string[] = []
  if (String(before.id) !== String(after.id)) found.push('SIM-S6: another id in one life')
  for (const [i, was] of before.overlays.entries()) {
    const is = after.overlays[i]
    if (is === undefined) found.push('RT-57: a table is gone')
    else found.push(...tableChanges(was, is, event))
  }
  if (after.tokenEpoch < before.tokenEpoch) found.push('TOKEN-3: an epoch again')
  return found
}

function tableChanges(was: Overlay, is: Overlay, event: CoreStep['event']): string[] {
  const found: string[] = []
  const [old, young] = [membersOf(was), membersOf(is)]
  if (is.buckets.length < was.buckets.length) found.push('RT-57: ranges were merged')
  if (young.size < old.size) found.push('STATE-58: there are fewer members')
  for (const [key, { failures }] of old) {
    // Of several questions that lapse together more than one may have been his.
    const isDoubted = failures + 1 >= BAD_AFTER || event.kind === 'timeout'
    if (!young.has(key) && !isDoubted) found.push('STATE-50: a member went that was not bad')
  }
  const from = event.kind === 'received' ? endpointKey(event.packet.from) : undefined
  for (const [key, { contact, failures, lastSeenAt }] of young) {
    const before = old.get(key)
    const isSpeaking = contact.endpointKey === from
    if (before === undefined && lastSeenAt === Number.NEGATIVE_INFINITY) {
      found.push('STATE-54: a member came that has never answered')
    }
    if (before === undefined) continue
    if (failures < before.failures && !isSpeaking) found.push('META-53: forgiven without an answer')
    if (lastSeenAt < before.lastSeenAt) found.push('META-59: a member was seen less lately')
    if (lastSeenAt > before.lastSeenAt && !isSpeaking) found.push('META-10: seen without a word')
  }
  return found
}

function membersOf({ buckets }: Overlay): ReadonlyMap<string, Member> {
  const members = buckets.flatMap((bucket) => bucket.members)
  return new Map(members.map((member) => [member.contact.wire, member]))
}
