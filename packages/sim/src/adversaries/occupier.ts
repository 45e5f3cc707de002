// Identities that want to be members of one victim's routing table: their ids are ground so that
// they fall into chosen buckets of it. They query the victim again and again, and tell it of one
// another. To all others they are honest nodes that store nothing. They may change their ids, fall
// silent once they are members, and choose another bucket where there was no room.

import { closest, commonPrefixLength, type Id, idFromBytes, randomId } from '@dht/id'
import {
  addressBytes,
  type Contact,
  compactContacts,
  contact,
  decodeMessage,
  type Endpoint,
  encodeMessage,
  endpointKey,
  type Query,
} from '@dht/krpc'
import type { Chance } from '../chance.ts'
import type { Host } from '../host/host.ts'
import { NO_EFFECTS, type Process } from '../host/process.ts'
import type { World } from '../world.ts'
import { type Adversary, type AdversaryInit, adversaryOf } from './adversary.ts'

export interface OccupierOptions {
  /** It runs an honest node when the attack begins. */
  readonly victim: Host
  /**
   * Numbers of first bits that ids share with the victim's, one for each bucket that is wanted.
   * The identities take them in turn.
   */
  readonly levels: readonly number[]
  /** Time between two queries of one identity to the victim, ms. Default 15 s. */
  readonly everyMs?: number
  /** Time after which an identity changes its id, ms. Default: never. */
  readonly lifeMs?: number
  /** Share of identities that fall silent a minute after they became members. Default 0. */
  readonly silent?: number
  /** Whether identities also query other honest nodes, so that those name them. Default false. */
  readonly isPublic?: boolean
  /** Whether an identity that is no member after a minute tries another level. Default false. */
  readonly adapts?: boolean
}

/** Contacts that a node reads from one response. */
const NAMED = 20
const TOKEN_BYTES = 8
const MINUTE_MS = 60_000
/** How long a list of the victim's members is used, ms. */
const READ_MS = 15_000
/** How long a list of honest nodes is used, ms. */
const LISTED_MS = 5_000
/** Ids that are tried until one is allowed by the address (BEP 42) and has the level. */
const TRIES = 32

export function occupier(options: OccupierOptions): Adversary {
  const plan = new Plan(options)
  const summary = 'identities in chosen buckets of the routing table of one victim'
  return adversaryOf(
    { name: 'occupier', summary },
    class extends Occupier {
      constructor(init: AdversaryInit) {
        super(init, plan)
      }
    },
  )
}

/** What the identities of one attack share. */
class Plan {
  readonly victim: Host
  readonly levels: readonly number[]
  readonly everyMs: number
  readonly lifeMs: number
  readonly isPublic: boolean
  readonly adapts: boolean
  readonly identities: Occupier[] = []
  readonly #silent: number
  #victimId: Id
  #members: ReadonlySet<string> = new Set()
  #readAt = Number.NEGATIVE_INFINITY
  #honest: readonly Contact[] = []
  #listedAt = Number.NEGATIVE_INFINITY

  constructor(options: OccupierOptions) {
    const { victim, levels, everyMs = 15_000, silent = 0 } = options
    const { lifeMs = Number.POSITIVE_INFINITY, isPublic = false, adapts = false } = options
    this.victim = victim
    this.levels = levels
    this.everyMs = everyMs
    this.lifeMs = lifeMs
    this.isPublic = isPublic
    this.adapts = adapts
    this.#silent = silent
    this.#victimId = victim.node.id
  }

  /** The id of the victim, as last seen. */
  get victimId(): Id {
    this.#victimId = this.victim.core?.id ?? this.#victimId
    return this.#victimId
  }

  /** Adds an identity. @returns its place in the list of levels, and whether it is a silent one */
  add(identity: Occupier): { readonly level: number; readonly isSilent: boolean } {
    const number = this.identities.push(identity) - 1
    // Evenly among the identities of each level.
    const nth = Math.floor(number / this.levels.length)
    const isSilent = Math.floor((nth + 1) * this.#silent) > Math.floor(nth * this.#silent)
    return { level: number % this.levels.length, isSilent }
  }

  /** Whether an endpoint is that of a member, which attackers learn by asking the victim. */
  isMember(endpoint: Endpoint, now: number): boolean {
    if (now - this.#readAt >= READ_MS) {
      const contacts = this.victim.core?.state().contacts ?? []
      this.#members = new Set(contacts.map((each) => each.endpointKey))
      this.#readAt = now
    }
    return this.#members.has(endpointKey(endpoint))
  }

  /** Honest nodes, as they were a few seconds ago at most: making the list takes long. */
  honest(world: World): readonly Contact[] {
    if (world.now - this.#listedAt >= LISTED_MS) {
      this.#listedAt = world.now
      this.#honest = world.honest.map(({ node, endpoint }) => contact(node.id, endpoint))
    }
    return this.#honest
  }

  /** The identities nearest to a target. */
  nearest(target: Id): Contact[] {
    return closest(
      this.identities.map((each) => each.contact),
      target,
      NAMED,
    )
  }
}

class Occupier implements Process {
  contact: Contact
  readonly #host: Host
  readonly #world: World
  readonly #chance: Chance
  readonly #plan: Plan
  readonly #isSilent: boolean
  #level: number
  #bornAt: number
  /** Since when it is known to be a member under its present id, ms. */
  #memberAt: number | undefined
  #actAt: number

  constructor({ host, world, chance }: AdversaryInit, plan: Plan) {
    this.#host = host
    this.#world = world
    this.#chance = chance
    this.#plan = plan
    const { level, isSilent } = plan.add(this)
    this.#level = level
    this.#isSilent = isSilent
    this.#bornAt = host.now
    this.#actAt = host.now + 1 + chance.below(plan.everyMs)
    this.contact = this.#newContact()
  }

  receive(bytes: Uint8Array, from: Endpoint, now: number): typeof NO_EFFECTS {
    const message = decodeMessage(bytes.slice(), this.#world.protocol)
    if (message.kind !== 'query') return NO_EFFECTS
    if (this.#hasFallenSilent(now)) return NO_EFFECTS
    this.#host.send(this.#reply(message, from), from)
    return NO_EFFECTS
  }

  handleTimeout(now: number): typeof NO_EFFECTS {
    if (now < this.#actAt) return NO_EFFECTS
    this.#actAt = now + this.#plan.everyMs
    this.#review(now)
    if (this.#hasFallenSilent(now)) return NO_EFFECTS
    const to = this.#plan.victim.local(this.contact.family)
    if (to !== undefined) this.#query(to)
    if (this.#plan.isPublic)
      for (const each of this.#world.someEndpoints(1, this.#chance)) this.#query(each)
    return NO_EFFECTS
  }

  nextTimeout(): number {
    return this.#actAt
  }

  /** Takes a new id when its time has come or when the victim has no room for it. */
  #review(now: number): void {
    const { lifeMs, adapts, levels } = this.#plan
    const isMember = this.#plan.isMember(this.#host.endpoint, now)
    if (isMember) this.#memberAt ??= now
    const age = now - this.#bornAt
    const isUseless = age > MINUTE_MS && !isMember
    if (age < lifeMs && !(adapts && isUseless)) return
    if (adapts && isUseless) this.#level = this.#chance.below(levels.length)
    this.#bornAt = now
    this.#memberAt = undefined
    this.contact = this.#newContact()
  }

  #hasFallenSilent(now: number): boolean {
    return this.#isSilent && this.#memberAt !== undefined && now - this.#memberAt > MINUTE_MS
  }

  #query(to: Endpoint): void {
    const { id } = this.contact
    const { protocol } = this.#world
    const transactionId = this.#chance.bytes(4)
    const head = { kind: 'query', transactionId, id, readOnly: false } as const
    const target = randomId(protocol.idLength, this.#chance.source)
    this.#host.send(encodeMessage({ ...head, method: 'find_node', target }, protocol), to)
  }

  #reply(query: Query, from: Endpoint): Uint8Array {
    const { transactionId } = query
    const { id } = this.contact
    const named = 'target' in query ? this.#contactsNear(query.target, from) : []
    const nodes = named.length === 0 ? {} : this.#inReply(named)
    const token = query.method === 'get_peers' ? this.#chance.bytes(TOKEN_BYTES) : undefined
    const response = { kind: 'response', transactionId, id, ...nodes, token } as const
    return encodeMessage(response, this.#world.protocol)
  }

  #inReply(named: readonly Contact[]): {
    readonly nodes?: Uint8Array
    readonly nodes6?: Uint8Array
  } {
    const compact = compactContacts(named)
    return this.contact.family === 4 ? { nodes: compact } : { nodes6: compact }
  }

  #contactsNear(target: Id, { address }: Endpoint): Contact[] {
    if (address === this.#plan.victim.local(this.contact.family)?.address) {
      return this.#plan.nearest(target)
    }
    return closest(this.#plan.honest(this.#world), target, NAMED)
  }

  #newContact(): Contact {
    const { endpoint } = this.#host
    const self = this.#plan.victimId
    const shared = this.#plan.levels[this.#level] as number
    return contact(this.#allowedId(self, shared) ?? idSharing(self, shared, this.#chance), endpoint)
  }

  /** An id that the address allows and that shares so many bits; undefined: none was found. */
  #allowedId(self: Id, shared: number): Id | undefined {
    const { secureIds, idLength } = this.#world.protocol
    const address = addressBytes(this.#host.endpoint.address)
    if (secureIds === undefined || address === undefined) return undefined
    for (let i = 0; i < TRIES; i++) {
      const id = secureIds.draw({ address, length: idLength, random: this.#chance.source })
      if (commonPrefixLength(id, self) === shared) return id
    }
    return undefined
  }
}

/** A random id that shares exactly so many first bits with another. */
export function idSharing(self: Id, bits: number, chance: Chance): Id {
  const bytes = chance.bytes(self.length)
  const whole = bits >> 3
  bytes.set(self.subarray(0, whole))
  const own = self[whole] as number
  const kept = 0xff00 >> (bits & 7)
  const next = 0x80 >> (bits & 7)
  const rest = (bytes[whole] as number) & (next - 1)
  bytes[whole] = (own & kept & 0xff) | (~own & next) | rest
  return idFromBytes(bytes)
}
