// What all enemies have in common: an id, a place in the gang, the wire's language, and the company
// of honest nodes, whom they ask now and then so as to be known. Left as it is, it answers as an
// honest node would; scripts say what they do instead.

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
import type { Seat } from './enemy.ts'
import type { Gang } from './gang.ts'

/** Contacts in a reply, as many as honest nodes name. */
const NAMED = 8
/** Bits that a ground id shares with its aim: more than honest ones of a network of millions. */
const GROUND_BITS = 40
/** Honest nodes asked in one turn. */
const ASKED_PER_TURN = 3
const TOKEN_BYTES = 8

/** What a reply holds beside its envelope. */
export interface Body {
  readonly contacts?: readonly Contact[]
  readonly token?: Uint8Array
  readonly values?: readonly Uint8Array[]
  /** In whose name. Default: its own. */
  readonly id?: Id
}

export abstract class Impostor implements Process {
  /** Time between two turns, ms. */
  readonly paceMs: number = 20_000
  readonly contact: Contact
  readonly gang: Gang
  readonly chance: Chance
  readonly world: World
  readonly #host: Seat['host']
  #turnAt: number

  constructor({ host, world, chance, aim, gang }: Seat) {
    this.world = world
    this.gang = gang
    this.chance = chance
    this.#host = host
    const { idLength } = world.protocol
    const id = aim === undefined ? randomId(idLength, chance.source) : groundTo(aim, chance)
    this.contact = contact(id, host.endpoint)
    this.#turnAt = host.now + 1
    gang.join(this.contact)
  }

  get protocol(): Protocol {
    return this.world.protocol
  }

  receive(bytes: Uint8Array, from: Endpoint, now: number): typeof NO_EFFECTS {
    const message = decodeMessage(bytes.slice(), this.protocol)
    if (message.kind === 'query') {
      if (!message.readOnly) this.gang.meet(contact(message.id, from))
      if (message.method === 'get_peers') this.gang.wanted(message.target)
      const reply = this.answer(message, from)
      if (reply !== undefined) this.send(reply, from)
    } else if (message.kind === 'response') {
      this.#learn(message, from)
      this.answered(message, from, now)
    }
    return NO_EFFECTS
  }

  wake(now: number): typeof NO_EFFECTS {
    if (now < this.#turnAt) return NO_EFFECTS
    this.#turnAt = now + this.paceMs
    this.turn(now)
    return NO_EFFECTS
  }

  nextTimeout(): number {
    return this.#turnAt
  }

  /** What it says to a query; undefined: nothing. */
  answer(query: Query, _from: Endpoint): Uint8Array | undefined {
    return this.truth(query)
  }

  /** Somebody answered it. */
  answered(_response: Response, _from: Endpoint, _now: number): void {}

  /** What it does of its own accord, every so often. */
  turn(_now: number): void {
    this.mingle()
  }

  /** Lets honest nodes hear of it. */
  mingle(): void {
    const met = this.gang.some(ASKED_PER_TURN, this.chance)
    const whom = met.length > 0 ? met : this.world.someEndpoints(1, this.chance)
    const isNew = this.chance.happens(0.5)
    const target = isNew ? this.contact.id : randomId(this.protocol.idLength, this.chance.source)
    for (const each of whom) this.ask(each, { method: 'find_node', target })
  }

  send(bytes: Uint8Array, to: Endpoint): void {
    this.#host.send(bytes, to)
  }

  ask(
    to: Endpoint,
    question: { readonly method: 'ping' } | { readonly method: Nearing; readonly target: Id },
  ): void {
    this.send(this.query(question), to)
  }

  /** A query in its own name. */
  query(
    question:
      | { readonly method: 'ping' }
      | { readonly method: Nearing; readonly target: Id }
      | { readonly method: 'announce_peer'; readonly target: Id; readonly token: Uint8Array },
    transactionId: Uint8Array = this.chance.bytes(4),
    id: Id = this.contact.id,
  ): Uint8Array {
    const head = { kind: 'query', transactionId, id, readOnly: false } as const
    const query: Query =
      question.method === 'announce_peer'
        ? { ...head, ...question, port: this.contact.endpoint.port, impliedPort: false }
        : { ...head, ...question }
    return encodeMessage(query, this.protocol)
  }

  reply({ transactionId }: Query, body: Body = {}): Uint8Array {
    const { contacts = [], token, values, id = this.contact.id } = body
    const of = (family: 4 | 6): Uint8Array | undefined => {
      const named = contacts.filter((each) => each.family === family)
      return named.length === 0 ? undefined : compactContacts(named)
    }
    const nodes = { nodes: of(4), nodes6: of(6) }
    const response: Response = { kind: 'response', transactionId, id, ...nodes, token, values }
    return encodeMessage(response, this.protocol)
  }

  /** As an honest node that stores nothing. */
  truth(query: Query): Uint8Array {
    if (!('target' in query) || query.method === 'announce_peer') return this.reply(query)
    return this.names(query, this.gang.nearest(query.target, NAMED))
  }

  /** A reply that names these, with a token where one is wanted. */
  names(query: Query, contacts: readonly Contact[]): Uint8Array {
    const named = contacts.slice(0, NAMED)
    if (query.method !== 'get_peers') return this.reply(query, { contacts: named })
    return this.reply(query, { contacts: named, token: this.chance.bytes(TOKEN_BYTES) })
  }

  /** Somebody who does not exist, next to a target. */
  invented(target: Id): Contact {
    return contact(groundTo(target, this.chance), nowhere(this.chance))
  }

  #learn({ id, nodes, nodes6 }: Response, from: Endpoint): void {
    this.gang.meet(contact(id, from))
    const { idLength } = this.protocol
    if (nodes !== undefined) {
      for (const each of contactsFromCompact(nodes, idLength, 4)) this.gang.meet(each)
    }
    if (nodes6 !== undefined) {
      for (const each of contactsFromCompact(nodes6, idLength, 6)) this.gang.meet(each)
    }
  }
}

/** Methods that name a target. */
type Nearing = 'find_node' | 'get_peers'

/** An id that shares its first bits with `aim`, as one who draws ids for long gets it. */
export function groundTo(aim: Id, chance: Chance): Id {
  const bytes = chance.bytes(aim.length)
  const shared = Math.min(GROUND_BITS >> 3, aim.length - 1)
  bytes.set(aim.subarray(0, shared))
  return idFromBytes(bytes)
}

/** An address that nobody has: hosts of a world live from 11 to 99. */
export function nowhere(chance: Chance): Endpoint {
  const part = (): number => chance.between(1, 254)
  return endpoint(`150.${part()}.${part()}.${part()}`, 1_024 + chance.below(60_000))
}
