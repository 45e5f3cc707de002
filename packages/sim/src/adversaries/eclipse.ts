// One of many identities around a key. It responds correctly to pings, and to queries for targets
// that are not near the key, so that nodes keep it. For targets near the key it names others of its
// kind. It gives tokens, accepts every write and stores nothing. A sleeper responds to everything
// like an honest node, and stores what is written, until its group begins to lie.

import { compareDistance, type Id, idKey } from '@dht/id'
import { type Contact, compactEndpoint, type Endpoint, type Query } from '@dht/krpc'
import { type Attacker, type AttackerInit, AttackerProcess } from './attacker.ts'

/** Contacts in a reply: those of its kind nearest to the target, and some drawn among all. */
const NEAREST = 5
const DRAWN = 3
/** A target is near the key if it is nearer than this many honest nodes but one. */
const GUARDED = 8
const TOKEN_BYTES = 8

export interface EclipseOptions {
  /** Whether it responds to pings only, for targets near the key. Default false. */
  readonly isSilent?: boolean
  /** Whether it begins to lie when its group is awake. Default: it always lies. */
  readonly isSleeper?: boolean
}

/** Most peers in a reply. */
const VALUES = 20

class Eclipse extends AttackerProcess {
  readonly #options: EclipseOptions
  /** Compact endpoints that a sleeper has stored, by target. */
  readonly #stored = new Map<string, Uint8Array[]>()

  constructor(init: AttackerInit, options: EclipseOptions) {
    super(init)
    this.#options = options
    this.group.ring.push(this.contact)
  }

  override respond(query: Query, from: Endpoint): Uint8Array | undefined {
    if (this.#options.isSleeper === true && !this.group.isAwake) return this.#sleepy(query, from)
    if (!('target' in query) || query.method === 'announce_peer') return this.reply(query)
    if (!this.#isNearKey(query.target)) return this.honestReply(query)
    if (this.#options.isSilent === true) return undefined
    return this.replyNaming(query, this.#named(query.target))
  }

  /** The response of an honest node. */
  #sleepy(query: Query, from: Endpoint): Uint8Array {
    if (!('target' in query) || query.method === 'find_node') return this.honestReply(query)
    const key = idKey(query.target)
    const stored = this.#stored.get(key) ?? []
    if (query.method === 'announce_peer') {
      const port = query.impliedPort ? from.port : query.port
      this.#stored.set(key, [...stored, compactEndpoint({ ...from, port })].slice(-VALUES))
      return this.reply(query)
    }
    const contacts = this.group.nearestHonest(query.target, NEAREST + DRAWN)
    const token = this.chance.bytes(TOKEN_BYTES)
    return this.reply(query, { contacts, token, ...(stored.length > 0 && { values: stored }) })
  }

  #isNearKey(target: Id): boolean {
    const { aim } = this.group
    if (aim === undefined) return true
    const farthest = this.group.nearAim(GUARDED).at(-1)
    return farthest === undefined || compareDistance(target, farthest.id, aim) <= 0
  }

  #named(target: Id): readonly Contact[] {
    const { ring } = this.group
    const all = [...ring].sort((a, b) => compareDistance(a.id, b.id, target))
    return [...all.slice(0, NEAREST), ...this.chance.sample(all.slice(NEAREST), DRAWN)]
  }
}

/** Surrounds the key of its group. */
export function eclipse(options: EclipseOptions = {}): Attacker {
  return (init) => new Eclipse(init, options)
}
