// The invariant that everything in a core has a cause that was seen on the network: each good
// member has responded (SIM-S4, N1), each stored peer was written from its own address with a valid
// token (SIM-S3), replayed packets change nothing (SIM-D3), and each contact in a reply has
// responded since the node started (PERSIST-7).

import { idKey, idView } from '@dht/id'
import {
  type Contact,
  compactEndpoint,
  contact,
  contactsFromCompact,
  type Endpoint,
  endpointKey,
  type Message,
} from '@dht/krpc'
import { CORE_DEFAULTS } from '@dht/node/core'
import type { Process } from '../host/process.ts'
import type { CoreInspection, CoreStep } from './core-step.ts'
import type { Invariant } from './invariant.ts'
import { hasSamePeers } from './state-laws.ts'

/**
 * Maximum number of records of each kind, the oldest is dropped first. Our choice: many times what
 * is ever needed.
 */
const KEPT = 16_384

/** What was seen of one process. All instants are those of its host's clock, ms. */
export class WireRecord {
  /** Queries that it sent, by transaction id and endpoint: when. */
  readonly asked: Map<string, number> = new Map()
  /** Nodes that responded, by contact, or by endpoint if an error message had no id: when last. */
  readonly responses: Map<string, number> = new Map()
  /** Endpoints that a message came from: when last. */
  readonly receivedAt: Map<string, number> = new Map()
  /** Tokens that it gave, by address, target and token: when. */
  readonly given: Map<string, number> = new Map()
  /** Writes that it had to accept, by target and peer: when last. */
  readonly written: Map<string, number> = new Map()
}

export class Evidence implements Invariant {
  readonly name = 'evidence'
  readonly #records = new WeakMap<Process, WireRecord>()

  afterStep(step: CoreStep): readonly string[] {
    const program = step.host.process as Process
    const record = this.#records.get(program) ?? new WireRecord()
    this.#records.set(program, record)
    recordStep(step, record)
    const { before, after } = step
    const found = unfoundedNames(step, record)
    if (after === undefined) return found
    found.push(...unfoundedMembers(after, record))
    return hasSamePeers(after, before) ? found : [...found, ...unfoundedPeers(after, record)]
  }
}

/** Records what a step has shown. */
export function recordStep(
  { event, received, sent, now, world }: CoreStep,
  record: WireRecord,
): void {
  if (event.kind === 'received' && received !== undefined && received.kind !== 'malformed') {
    const { tokenRotateMs = CORE_DEFAULTS.tokenRotateMs } = world.core
    recordReceived(received, { from: event.packet.from, now, tokenMs: 2 * tokenRotateMs }, record)
  }
  for (const { message, to } of sent) {
    if (message.kind === 'query') {
      put(record.asked, queryKey(message, to), now)
    } else if (message.kind === 'response' && message.token !== undefined) {
      const target = received !== undefined && 'target' in received ? received.target : undefined
      if (target !== undefined) put(record.given, tokenKey(to, target, message.token), now)
    }
  }
}

/** Records are in the order of their instants, so the first one is the oldest. */
function put(lines: Map<string, number>, key: string, now: number): void {
  lines.delete(key)
  lines.set(key, now)
  if (lines.size <= KEPT) return
  for (const oldest of lines.keys()) {
    lines.delete(oldest)
    return
  }
}

function recordReceived(
  message: Message,
  {
    from,
    now,
    tokenMs,
  }: { readonly from: Endpoint; readonly now: number; readonly tokenMs: number },
  record: WireRecord,
): void {
  put(record.receivedAt, endpointKey(from), now)
  if (message.kind !== 'query') {
    const isResponse = record.asked.delete(queryKey(message, from))
    if (isResponse) put(record.responses, responseKey(message, from), now)
  }
  if (message.kind !== 'query' || message.method !== 'announce_peer') return
  const { target, token, port, impliedPort } = message
  const givenAt = record.given.get(tokenKey(from, target, token))
  if (givenAt === undefined || now - givenAt > tokenMs) return
  const peer = compactEndpoint({ ...from, port: impliedPort ? from.port : port })
  put(record.written, peerKey(target, peer), now)
}

/** What is in a core and has no recorded cause. */
export function unfoundedIn(core: CoreInspection, record: WireRecord): string[] {
  return [...unfoundedMembers(core, record), ...unfoundedPeers(core, record)]
}

function unfoundedMembers({ overlays, at, config }: CoreInspection, record: WireRecord): string[] {
  const found: string[] = []
  for (const { buckets } of overlays) {
    for (const { contact: member, standing, lastSeenAt } of buckets.flatMap((b) => b.members)) {
      if (standing !== 'good') continue
      const receivedAt = record.receivedAt.get(member.endpointKey) ?? Number.NEGATIVE_INFINITY
      if (!hasResponded(member, record)) found.push('SIM-S4: a good member that never responded')
      else if (lastSeenAt > receivedAt || at - receivedAt >= config.quietMs) {
        found.push('SIM-S4: a good member that was not seen in time')
      }
    }
  }
  return found
}

/** Contacts in responses that have no recorded cause. */
export function unfoundedNames({ sent, host }: CoreStep, record: WireRecord): string[] {
  const { idLength } = host.protocol
  return sent.flatMap(({ message }) => {
    if (message.kind !== 'response') return []
    const named = ([4, 6] as const).flatMap((family) => {
      const nodes = family === 4 ? message.nodes : message.nodes6
      return nodes === undefined ? [] : contactsFromCompact(nodes, idLength, family)
    })
    const isUnfounded = named.some((node) => !hasResponded(node, record))
    return isUnfounded ? ['PERSIST-7: a named contact that has not responded since the start'] : []
  })
}

function hasResponded(node: Contact, record: WireRecord): boolean {
  return record.responses.has(node.key) || record.responses.has(node.endpointKey)
}

function unfoundedPeers({ store, config }: CoreInspection, record: WireRecord): string[] {
  const found: string[] = []
  for (const { target, peer, stampedAt } of store.peers) {
    const writtenAt = record.written.get(peerKey(target, peer))
    if (writtenAt === undefined) found.push('SIM-S3: a peer without a permitted write')
    else if (stampedAt > writtenAt) found.push('SIM-S3: a peer younger than its last write')
    else if (store.at - writtenAt > config.peerLifetimeMs)
      found.push('SIM-S3: a peer that has expired')
  }
  return found
}

function queryKey({ transactionId }: Message, to: Endpoint): string {
  return `${String(transactionId)} ${endpointKey(to)}`
}

function responseKey(message: Message, from: Endpoint): string {
  return message.kind === 'response' ? contact(message.id, from).key : endpointKey(from)
}

function tokenKey({ address }: Endpoint, target: Uint8Array, token: Uint8Array): string {
  return `${address} ${idKey(idView(target))} ${String(token)}`
}

function peerKey(target: Uint8Array, peer: Uint8Array): string {
  return `${idKey(idView(target))} ${String(peer)}`
}
