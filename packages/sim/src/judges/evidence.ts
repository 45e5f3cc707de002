// Nothing in a core without a reason outside of it: every good member did answer (SIM-S4, N1),
// every stored peer goes back to a write from its own address with a token that was given there
// (SIM-S3), what is replayed later changes nothing (SIM-D3), and nobody is named to others who has
// not answered in this life (PERSIST-7). Kept from what went over the wire alone.

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
import type { Rule } from './rule.ts'
import { hasSamePeers } from './state-laws.ts'

/** Lines kept of each kind, the oldest given up first: ours; many times what is ever asked for. */
const KEPT = 16_384

/** What is on file of one process; all instants on its host's clock, ms. */
export class File {
  /** Questions it put, by transaction and endpoint: when. */
  readonly asked: Map<string, number> = new Map()
  /** Who answered it, by contact, or by endpoint where an error did not tell an id: when last. */
  readonly answered: Map<string, number> = new Map()
  /** When anything was last heard from an endpoint. */
  readonly heard: Map<string, number> = new Map()
  /** Tokens it gave, by address, target and token: when. */
  readonly given: Map<string, number> = new Map()
  /** Writes that it had to accept, by target and peer: when last. */
  readonly written: Map<string, number> = new Map()
}

export class Evidence implements Rule {
  readonly name = 'evidence'
  readonly #files = new WeakMap<Process, File>()

  afterStep(step: CoreStep): readonly string[] {
    const program = step.host.process as Process
    const file = this.#files.get(program) ?? new File()
    this.#files.set(program, file)
    takeDown(step, file)
    const { before, after } = step
    const found = unfoundedNames(step, file)
    if (after === undefined) return found
    found.push(...unfoundedMembers(after, file))
    return hasSamePeers(after, before) ? found : [...found, ...unfoundedPeers(after, file)]
  }
}

/** Puts what a step has shown on file. */
export function takeDown({ event, heard, sent, now, world }: CoreStep, file: File): void {
  if (event.kind === 'received' && heard !== undefined && heard.kind !== 'malformed') {
    const { tokenRotateMs = CORE_DEFAULTS.tokenRotateMs } = world.core
    takeDownHeard(heard, { from: event.passage.from, now, tokenMs: 2 * tokenRotateMs }, file)
  }
  for (const { message, to } of sent) {
    if (message.kind === 'query') {
      write(file.asked, questionKey(message, to), now)
    } else if (message.kind === 'response' && message.token !== undefined) {
      const target = heard !== undefined && 'target' in heard ? heard.target : undefined
      if (target !== undefined) write(file.given, tokenKey(to, target, message.token), now)
    }
  }
}

/** The latest stands last; the oldest gives way. */
function write(lines: Map<string, number>, key: string, now: number): void {
  lines.delete(key)
  lines.set(key, now)
  if (lines.size <= KEPT) return
  for (const oldest of lines.keys()) {
    lines.delete(oldest)
    return
  }
}

function takeDownHeard(
  message: Message,
  {
    from,
    now,
    tokenMs,
  }: { readonly from: Endpoint; readonly now: number; readonly tokenMs: number },
  file: File,
): void {
  write(file.heard, endpointKey(from), now)
  if (message.kind !== 'query') {
    const isAnswer = file.asked.delete(questionKey(message, from))
    if (isAnswer) write(file.answered, answerKey(message, from), now)
  }
  if (message.kind !== 'query' || message.method !== 'announce_peer') return
  const { target, token, port, impliedPort } = message
  const givenAt = file.given.get(tokenKey(from, target, token))
  if (givenAt === undefined || now - givenAt > tokenMs) return
  const peer = compactEndpoint({ ...from, port: impliedPort ? from.port : port })
  write(file.written, peerKey(target, peer), now)
}

/** What of a core has no reason on file. */
export function unfoundedIn(core: CoreInspection, file: File): string[] {
  return [...unfoundedMembers(core, file), ...unfoundedPeers(core, file)]
}

function unfoundedMembers({ overlays, at, config }: CoreInspection, file: File): string[] {
  const found: string[] = []
  for (const { buckets } of overlays) {
    for (const { contact: who, standing, lastSeenAt } of buckets.flatMap((b) => b.members)) {
      if (standing !== 'good') continue
      const heardAt = file.heard.get(who.endpointKey) ?? Number.NEGATIVE_INFINITY
      if (!hasAnswered(who, file)) found.push('SIM-S4: a good member that never answered')
      else if (lastSeenAt > heardAt || at - heardAt >= config.quietMs) {
        found.push('SIM-S4: a good member that was not heard of in time')
      }
    }
  }
  return found
}

/** Contacts named in responses. */
export function unfoundedNames({ sent, world }: CoreStep, file: File): string[] {
  const { idLength } = world.protocol
  return sent.flatMap(({ message }) => {
    if (message.kind !== 'response') return []
    const named = ([4, 6] as const).flatMap((family) => {
      const nodes = family === 4 ? message.nodes : message.nodes6
      return nodes === undefined ? [] : contactsFromCompact(nodes, idLength, family)
    })
    const isUnfounded = named.some((who) => !hasAnswered(who, file))
    return isUnfounded ? ['PERSIST-7: a contact is named that has not answered in this life'] : []
  })
}

function hasAnswered(who: Contact, file: File): boolean {
  return file.answered.has(who.wire) || file.answered.has(who.endpointKey)
}

function unfoundedPeers({ store, config }: CoreInspection, file: File): string[] {
  const found: string[] = []
  for (const { target, peer, stampedAt } of store.entries) {
    const writtenAt = file.written.get(peerKey(target, peer))
    if (writtenAt === undefined) found.push('SIM-S3: a peer that nobody wrote with leave')
    else if (stampedAt > writtenAt) found.push('SIM-S3: a peer younger than its last write')
    else if (store.at - writtenAt > config.peerLifetimeMs) found.push('SIM-S3: a peer of old')
  }
  return found
}

function questionKey({ transactionId }: Message, to: Endpoint): string {
  return `${String(transactionId)} ${endpointKey(to)}`
}

function answerKey(message: Message, from: Endpoint): string {
  return message.kind === 'response' ? contact(message.id, from).wire : endpointKey(from)
}

function tokenKey({ address }: Endpoint, target: Uint8Array, token: Uint8Array): string {
  return `${address} ${idKey(idView(target))} ${String(token)}`
}

function peerKey(target: Uint8Array, peer: Uint8Array): string {
  return `${idKey(idView(target))} ${String(peer)}`
}
