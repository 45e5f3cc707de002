// One of many identities around a key. It responds correctly to pings, and to queries for targets
// that are not near the key, so that nodes keep it. For targets near the key it names others of its
// kind. It gives tokens, accepts every write and stores nothing.

import { compareDistance, type Id } from '@dht/id'
import type { Contact, Query } from '@dht/krpc'
import { type Attacker, type AttackerInit, AttackerProcess } from './attacker.ts'

/** Contacts in a reply: those of its kind nearest to the target, and some drawn among all. */
const NEAREST = 5
const DRAWN = 3
/** A target is near the key if it is nearer than this many honest nodes but one. */
const GUARDED = 8

export interface EclipseOptions {
  /** Whether it responds to pings only, for targets near the key. Default false. */
  readonly isSilent?: boolean
}

class Eclipse extends AttackerProcess {
  readonly #isSilent: boolean

  constructor(init: AttackerInit, { isSilent = false }: EclipseOptions) {
    super(init)
    this.#isSilent = isSilent
    this.group.ring.push(this.contact)
  }

  override respond(query: Query): Uint8Array | undefined {
    if (!('target' in query) || query.method === 'announce_peer') return this.reply(query)
    if (!this.#isNearKey(query.target)) return this.honestReply(query)
    return this.#isSilent ? undefined : this.replyNaming(query, this.#named(query.target))
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
