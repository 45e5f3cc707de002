// Laws that every state and every step of a core must obey, checked from its inspection and effects
// without the model. Each returns a list of all violations.

import { idKey } from '@dht/id'
import type { Contact, Endpoint, Family, Malformed, Message } from '@dht/krpc'
import type { Effect, Transmit } from '../../src/core/effect.ts'
import type { CoreInspection, OverlayInspection } from '../../src/core/inspection.ts'
import type { Command } from '../../src/core/operations/command.ts'
import { messageOf } from '../support/messages.ts'
import { hex, isOneNode, sameEndpoint } from './core-peer.ts'

export type Event =
  | { readonly kind: 'receive'; readonly bytes: Uint8Array; readonly from: Endpoint }
  | { readonly kind: 'undeliverable'; readonly to: Endpoint; readonly code: string }
  | { readonly kind: 'lost'; readonly family: Family }
  | { readonly kind: 'reopened'; readonly local: Endpoint }
  | { readonly kind: 'begin'; readonly command: Command }
  | { readonly kind: 'wake' }

export interface Step {
  readonly event: Event
  readonly effects: readonly Effect[]
  readonly before: CoreInspection
  readonly after: CoreInspection
  /** Ids of the operations settled so far. */
  readonly settled: Set<number>
}

/** Most bytes in a reply per byte of its query; see the amplification tests. */
const AMPLIFICATION = 10.2

/** All violations in a state. */
export function stateViolations(core: CoreInspection): string[] {
  return [
    ...core.overlays.flatMap((overlay) => [
      ...tableViolations(overlay, core),
      ...queryViolations(overlay, core),
    ]),
    ...boundViolations(core),
    ...publishViolations(core),
  ]
}

function tableViolations(
  { id, buckets, local }: OverlayInspection,
  core: CoreInspection,
): string[] {
  const found: string[] = []
  const members = buckets.flatMap((bucket) => bucket.members)
  const ids = members.map(({ contact }) => inWordsOf(contact).id)
  const places = members.map(({ contact }) => inWordsOf(contact).place)
  if (new Set(ids).size < ids.length) found.push('RT-54: an id twice')
  if (new Set(places).size < places.length) found.push('STATE-55: an address twice')
  if (ids.includes(idKey(id))) found.push('RT-53: our own id')
  buckets.forEach(({ prefix, waiting, width, ...bucket }, at) => {
    if (bucket.members.length > width) found.push(`RT-15: bucket ${at} is crowded`)
    if (waiting.length > core.config.k) found.push(`STATE-52: the cache of ${at} is crowded`)
    const isLast = at === buckets.length - 1
    if (prefix.length !== (isLast ? at : at + 1)) found.push(`RT-16: a gap at ${at}`)
    for (const { contact } of [...bucket.members, ...waiting]) {
      const { bits, family } = inWordsOf(contact)
      if (!startsWith(bits, prefix)) found.push(`RT-17: a contact outside of bucket ${at}`)
      if (family !== local.family) found.push('NET-57: of another family')
    }
  })
  for (const { lastSeenAt, standing, failures } of members) {
    const isGood = failures < 2 && core.at < lastSeenAt + core.config.quietMs
    if (lastSeenAt === Number.NEGATIVE_INFINITY && standing === 'good') {
      found.push('META-51: good without an answer')
    }
    if (isGood !== (standing === 'good')) found.push(`META-7: ${standing}`)
    if (failures >= 2 !== (standing === 'bad')) found.push(`META-7: ${standing}, ${failures}`)
  }
  return found
}

interface InWords {
  readonly bits: Uint8Array
  readonly id: string
  readonly place: string
  readonly family: Family
}

/** Cached by contact, because every contact is checked in every state. */
const words = new WeakMap<Contact, InWords>()

function inWordsOf(contact: Contact): InWords {
  const known = words.get(contact)
  if (known !== undefined) return known
  const { id: bits, endpointKey: place, endpoint } = contact
  const told = { bits, id: idKey(bits), place, family: endpoint.family }
  words.set(contact, told)
  return told
}

function startsWith(
  id: Uint8Array,
  { base, length }: { base: Uint8Array; length: number },
): boolean {
  for (let bit = 0; bit < length; bit++) {
    const mask = 0x80 >> (bit & 7)
    if (((id[bit >> 3]! ^ base[bit >> 3]!) & mask) !== 0) return false
  }
  return true
}

function queryViolations(
  { openQueries, local, nextTimeoutAt }: OverlayInspection,
  { config }: CoreInspection,
): string[] {
  const found: string[] = []
  const tids = openQueries.map(({ query }) => hex(query.transactionId))
  if (new Set(tids).size < tids.length) found.push('NET-59: an open id twice')
  if (openQueries.length > config.maxTransactions) found.push('AMP-6: too many queries')
  for (const { to, sentAt, stallAt, expireAt, dueAt } of openQueries) {
    if (to.family !== local.family) found.push('NET-57: asked in another family')
    if (sameEndpoint(to, local)) found.push('NET-57: asked ourselves')
    if (expireAt > sentAt + config.giveUpMs) found.push('NET-51: asked for too long')
    if (stallAt > expireAt || (dueAt !== stallAt && dueAt !== expireAt)) {
      found.push('NET-51: never due')
    }
  }
  const due = openQueries.map(({ dueAt }) => dueAt)
  if (nextTimeoutAt !== (due.length === 0 ? undefined : Math.min(...due))) {
    found.push('NET-61: wakes for no question')
  }
  return found
}

function boundViolations(core: CoreInspection): string[] {
  const { config, store, operations, deferred: held, sources } = core
  const found: string[] = []
  const most = (what: string, count: number, bound: number): void => {
    if (count > bound) found.push(`AMP-6: ${count} ${what}, at most ${bound}`)
  }
  most('peers', store.peers.length, config.maxPeers)
  const targets = store.peers.map(({ target }) => hex(target))
  for (const target of targets) {
    most('peers at a key', targets.filter((t) => t === target).length, config.maxPeersPerKey)
  }
  most('operations', operations.length, config.maxOperations)
  most('operations held', held.length, config.maxOperations)
  most('sources', sources, config.maxSources)
  if (new Set([...operations, ...held]).size < operations.length + held.length) {
    found.push('NET-51: a request twice')
  }
  for (const { stampedAt } of store.peers) {
    if (store.at - stampedAt > config.peerLifetimeMs) found.push('STORE-51: a peer has outlived')
  }
  return found
}

function publishViolations(core: CoreInspection): string[] {
  const { announcements: entries, config, nextTimeout, at, overlays } = core
  const found: string[] = []
  const ids = entries.map(({ id }) => idKey(id))
  if (new Set(ids).size < ids.length) found.push('PUB-2: a key twice')
  if (entries.length > config.maxAnnouncements) found.push('AMP-6: too many entries')
  const rounds = entries.filter(({ publishing }) => publishing).length
  const isSeeking = overlays.some(({ join }) => join.isRunning)
  if (rounds > config.maxRounds) found.push('PUB-9: too many rounds')
  for (const { dueAt, misses, publishing, startedAt, isBlocked } of entries) {
    if (!Number.isFinite(dueAt)) found.push('PUB-2: a key that is never due')
    if (misses < 0) found.push('PUB-8: fewer misses than none')
    if (publishing !== (startedAt !== undefined)) found.push('PUB-2: a round without a start')
    const lateBy = nextTimeout === undefined ? Number.POSITIVE_INFINITY : nextTimeout.at - dueAt
    const waits = publishing || isBlocked || rounds >= config.maxRounds || isSeeking
    if (!waits && lateBy > 0 && dueAt > at) found.push('PUB-1: nobody wakes for a due key')
  }
  return found
}

/** All violations in a step. */
export function stepViolations(step: Step): string[] {
  return [...sendViolations(step), ...settleViolations(step), ...wakeViolations(step)]
}

/** The messages of the sent datagrams, decoded from their bytes. */
type Sent = Omit<Transmit, 'kind'> & {
  readonly message: Message | Malformed
}

function sendViolations({ event, effects, before, after }: Step): string[] {
  const { network } = before.config
  const found: string[] = []
  const sends = effects.filter((effect) => effect.kind === 'send')
  const datagrams = sends.map(({ bytes, endpoint, size }): Sent => {
    return { bytes, endpoint, size, message: messageOf(bytes, network) }
  })
  for (const { bytes, message, endpoint, size } of datagrams) {
    if (size !== bytes.length) found.push('AMP-2: counted another size than was sent')
    if (message.kind === 'malformed') found.push('NET-50: sent what is no message')
    if (bytes.length > network.replyBudget) found.push('AMP-2: sent too large a datagram')
    if (!after.overlays.some(({ local }) => local.family === endpoint.family)) {
      found.push('NET-57: sent where there is no socket')
    }
    if (!isOneNode(endpoint)) found.push('AMP-7: sent to nobody or to many')
  }
  const replies = datagrams.filter(({ message }) => message.kind !== 'query')
  if (event.kind !== 'receive') {
    if (replies.length > 0) found.push('NET-50: answered nobody')
    return found
  }
  const asked = messageOf(event.bytes, network)
  found.push(...replyViolations(event, asked, replies))
  const isQuery = asked.kind === 'query' || (asked.kind === 'malformed' && asked.isQuery)
  // Only a check may be sent; waiting lookups may start if contacts were restored meanwhile.
  const mayBegin = before.deferred.length > after.deferred.length
  if (isQuery && !mayBegin && datagrams.length - replies.length > 1) {
    found.push('AMP-3: more than one check')
  }
  return found
}

function replyViolations(
  { bytes, from }: Extract<Event, { kind: 'receive' }>,
  asked: Message | Malformed,
  replies: readonly Sent[],
): string[] {
  const found: string[] = []
  const isQuery = asked.kind === 'query' || (asked.kind === 'malformed' && asked.isQuery)
  if (replies.length > 1) found.push('NET-50: answered twice')
  if (replies.length > 0 && !isQuery) found.push('AMP-5: answered what is no query')
  for (const { bytes: reply, endpoint, message } of replies) {
    if (!sameEndpoint(endpoint, from)) found.push('AMP-1: answered elsewhere')
    const ids = [asked.transactionId, (message as Message).transactionId].map(String)
    if (ids[0] !== ids[1]) found.push('NET-11: answered another question')
    if (reply.length > AMPLIFICATION * bytes.length) found.push('AMP-1: answered at length')
  }
  return found
}

function operationIdsOf({
  operations,
  deferred: held,
  announcements: entries,
  leaving,
}: CoreInspection): number[] {
  const left = leaving === undefined ? [] : [leaving]
  return [...operations, ...held, ...entries.map(({ operationId }) => operationId), ...left]
}

function settleViolations({ event, effects, before, after, settled }: Step): string[] {
  const found: string[] = []
  const known = new Set(operationIdsOf(before))
  const command = event.kind === 'begin' ? event.command : undefined
  if (command !== undefined && 'operationId' in command && command.kind !== 'cancel') {
    known.add(command.operationId)
  }
  for (const effect of effects) {
    if (effect.kind !== 'settle') continue
    if (settled.has(effect.operationId))
      found.push(`NET-51: ${effect.operationId} is settled twice`)
    if (!known.has(effect.operationId))
      found.push(`NET-51: nobody wished for ${effect.operationId}`)
    settled.add(effect.operationId)
  }
  const open = operationIdsOf(after)
  for (const operationId of known) {
    if (!settled.has(operationId) && !open.includes(operationId))
      found.push(`NET-51: ${operationId} is forgotten`)
  }
  return found
}

/** After `handleTimeout` on time, the next timeout is not due at once. */
function wakeViolations({ event, after }: Step): string[] {
  const { nextTimeout, at } = after
  if (event.kind !== 'wake' || nextTimeout === undefined || nextTimeout.at > at) return []
  return [`META-57: wants to be woken for "${nextTimeout.reason}" again at once`]
}
