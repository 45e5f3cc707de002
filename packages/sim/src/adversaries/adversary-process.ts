// The base class of all adversaries. It has an id, belongs to a group, encodes and decodes
// messages, and queries honest nodes now and then so that they know it. It responds as an honest
// node that stores nothing. Subclasses override what they do differently.

import { type Id, idFromBytes, randomId } from '@dht/id'
import {
  type Contact,
  compactContacts,
  contact,
  contactsFromCompact,
  decodeMessage,
  type Endpoint,
  encodeMessage,
  endpoint,
  type Network as Protocol,
  type Query,
  type Response,
} from '@dht/krpc'
import type { Chance } from '../chance.ts'
import { NO_EFFECTS, type Process } from '../host/process.ts'
import type { World } from '../world.ts'
import type { AdversaryInit } from './adversary.ts'
import type { AdversaryGroup } from './adversary-group.ts'

/** Contacts in a reply, as many as honest nodes name. */
const NAMED = 8
/**
 * Bits that an id near a target shares with it: more than the ids of honest nodes do in a network
 * of millions.
 */
const SHARED_BITS = 40
/** Honest nodes that are queried in one `act`. */
const QUERIES_PER_ACT = 3
const TOKEN_BYTES = 8

/** The content of a reply, apart from transaction id and kind. */
export interface ReplyContent {
  readonly contacts?: readonly Contact[]
  readonly token?: Uint8Array
  readonly values?: readonly Uint8Array[]
  /** Id of the responder. Default: the adversary's own. */
  readonly id?: Id
}

export abstract class AdversaryProcess implements Process {
  /** Time between two calls of `act`, ms. */
  readonly intervalMs: number = 20_000
  readonly contact: Contact
  readonly group: AdversaryGroup
  readonly chance: Chance
  readonly world: World
  readonly #host: AdversaryInit['host']
  #actAt: number

  constructor({ host, world, chance, aim, id, group }: AdversaryInit) {
    this.world = world
    this.group = group
    this.chance = chance
    this.#host = host
    const { idLength } = world.protocol
    const drawn = (): Id => {
      return aim === undefined ? randomId(idLength, chance.source) : idNear(aim, chance)
    }
    this.contact = contact(id ?? drawn(), host.endpoint)
    this.#actAt = host.now + 1
    group.add(this.contact)
  }

  get protocol(): Protocol {
    return this.world.protocol
  }

  receive(bytes: Uint8Array, from: Endpoint, now: number): typeof NO_EFFECTS {
    const message = decodeMessage(bytes.slice(), this.protocol)
    if (message.kind === 'query') {
      if (!message.readOnly) this.group.addHonest(contact(message.id, from))
      if (message.method === 'get_peers') this.group.addTarget(message.target)
      const reply = this.respond(message, from)
      if (reply !== undefined) this.send(reply, from)
    } else if (message.kind === 'response') {
      this.#addContacts(message, from)
      this.onResponse(message, from, now)
    }
    return NO_EFFECTS
  }

  handleTimeout(now: number): typeof NO_EFFECTS {
    if (now < this.#actAt) return NO_EFFECTS
    this.#actAt = now + this.intervalMs
    this.act(now)
    return NO_EFFECTS
  }

  nextTimeout(): number {
    return this.#actAt
  }

  /** The reply to a query; undefined: none. */
  respond(query: Query, _from: Endpoint): Uint8Array | undefined {
    return this.honestReply(query)
  }

  /** Handles a response to one of its queries. */
  onResponse(_response: Response, _from: Endpoint, _now: number): void {}

  /** Does what the adversary does unasked. Called every `intervalMs`. */
  act(_now: number): void {
    this.contactHonest()
  }

  /** Queries honest nodes, so that they know the adversary. */
  contactHonest(): void {
    const known = this.group.sampleHonest(QUERIES_PER_ACT, this.chance)
    const targets = known.length > 0 ? known : this.world.someEndpoints(1, this.chance)
    const isNew = this.chance.happens(0.5)
    const target = isNew ? this.contact.id : randomId(this.protocol.idLength, this.chance.source)
    for (const each of targets) this.sendQuery(each, { method: 'find_node', target })
  }

  send(bytes: Uint8Array, to: Endpoint): void {
    this.#host.send(bytes, to)
  }

  sendQuery(
    to: Endpoint,
    content: { readonly method: 'ping' } | { readonly method: TargetMethod; readonly target: Id },
  ): void {
    this.send(this.query(content), to)
  }

  /** Encodes a query, by default with the adversary's own id. */
  query(
    content:
      | { readonly method: 'ping' }
      | { readonly method: TargetMethod; readonly target: Id }
      | { readonly method: 'announce_peer'; readonly target: Id; readonly token: Uint8Array },
    transactionId: Uint8Array = this.chance.bytes(4),
    id: Id = this.contact.id,
  ): Uint8Array {
    const head = { kind: 'query', transactionId, id, readOnly: false } as const
    const query: Query =
      content.method === 'announce_peer'
        ? { ...head, ...content, port: this.contact.endpoint.port, impliedPort: false }
        : { ...head, ...content }
    return encodeMessage(query, this.protocol)
  }

  reply({ transactionId }: Query, body: ReplyContent = {}): Uint8Array {
    const { contacts = [], token, values, id = this.contact.id } = body
    const of = (family: 4 | 6): Uint8Array | undefined => {
      const named = contacts.filter((each) => each.family === family)
      return named.length === 0 ? undefined : compactContacts(named)
    }
    const nodes = { nodes: of(4), nodes6: of(6) }
    const response: Response = { kind: 'response', transactionId, id, ...nodes, token, values }
    return encodeMessage(response, this.protocol)
  }

  /** The reply of an honest node that stores nothing. */
  honestReply(query: Query): Uint8Array {
    if (!('target' in query) || query.method === 'announce_peer') return this.reply(query)
    return this.replyNaming(query, this.group.nearestHonest(query.target, NAMED))
  }

  /** A reply that names these contacts, with a token if the method returns one. */
  replyNaming(query: Query, contacts: readonly Contact[]): Uint8Array {
    const named = contacts.slice(0, NAMED)
    if (query.method !== 'get_peers') return this.reply(query, { contacts: named })
    return this.reply(query, { contacts: named, token: this.chance.bytes(TOKEN_BYTES) })
  }

  /** A contact of a node that does not exist, next to a target. */
  inventedContact(target: Id): Contact {
    return contact(idNear(target, this.chance), unusedEndpoint(this.chance))
  }

  #addContacts({ id, nodes, nodes6 }: Response, from: Endpoint): void {
    this.group.addHonest(contact(id, from))
    const { idLength } = this.protocol
    if (nodes !== undefined) {
      for (const each of contactsFromCompact(nodes, idLength, 4)) this.group.addHonest(each)
    }
    if (nodes6 !== undefined) {
      for (const each of contactsFromCompact(nodes6, idLength, 6)) this.group.addHonest(each)
    }
  }
}

/** Methods with a target that need no token. */
type TargetMethod = 'find_node' | 'get_peers'

/** An id that shares its first bits with `aim`, like one that was found by drawing many ids. */
export function idNear(aim: Id, chance: Chance): Id {
  const bytes = chance.bytes(aim.length)
  const shared = Math.min(SHARED_BITS >> 3, aim.length - 1)
  bytes.set(aim.subarray(0, shared))
  return idFromBytes(bytes)
}

/** An endpoint that no host has. The addresses of hosts begin with 11 to 99. */
export function unusedEndpoint(chance: Chance): Endpoint {
  const part = (): number => chance.between(1, 254)
  return endpoint(`150.${part()}.${part()}.${part()}`, 1_024 + chance.below(60_000))
}
