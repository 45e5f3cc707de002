// Responds correctly to pings and to `find_node`, so that nodes keep it. To `get_peers` it names
// members of its group at their true addresses, under ids right beside the target, and each of them
// responds under exactly that id to queries for that target. It gives tokens, accepts every write
// and stores nothing.

import { bep42Ids, compareDistance, type Id } from '@dht/id'
import { type Contact, contact, type Query } from '@dht/krpc'
import { idNear } from './adversary-process.ts'
import { type Attacker, type AttackerInit, AttackerProcess } from './attacker.ts'
import { allowedIdNear } from './ground-ids.ts'

const NAMED = 8
/** Members that have an id beside a target. A lookup may already know some under other ids. */
const CLAIMS = 24

export interface ChameleonOptions {
  /** Whether it claims only ids that its address allows. Default false. */
  readonly isBonded?: boolean
  /** Whether it names the ring around the key, for targets that are the key. Default false. */
  readonly namesRing?: boolean
}

class Chameleon extends AttackerProcess {
  readonly #options: ChameleonOptions

  constructor(init: AttackerInit, options: ChameleonOptions) {
    super(init)
    this.#options = options
  }

  override respond(query: Query): Uint8Array {
    if (query.method !== 'get_peers') return this.honestReply(query)
    const { target } = query
    const claims = this.group.claims(target, () => this.#claims(target))
    const id = this.group.claimedId(target, this.contact) ?? this.contact.id
    const contacts = this.chance.sample(this.#withRing(claims, target), NAMED)
    return this.reply(query, { id, contacts, token: this.chance.bytes(NAMED) })
  }

  #withRing(claims: readonly Contact[], target: Id): readonly Contact[] {
    const { aim, ring } = this.group
    const isKey = aim !== undefined && compareDistance(target, aim, target) === 0
    return this.#options.namesRing === true && isKey ? [...claims, ...ring] : claims
  }

  /** The members whose true ids are farthest away: a lookup does not know them yet. */
  #claims(target: Id): Contact[] {
    const { ring, members } = this.group
    const free = members.filter((each) => !ring.includes(each))
    if (this.#options.isBonded === true) {
      const rule = this.world.protocol.secureIds ?? bep42Ids
      return free
        .map(({ endpoint }) => {
          return contact(allowedIdNear({ target, rule }, endpoint, this.chance), endpoint)
        })
        .sort((a, b) => compareDistance(a.id, b.id, target))
        .slice(0, CLAIMS)
    }
    return free
      .sort((a, b) => compareDistance(b.id, a.id, target))
      .slice(0, CLAIMS)
      .map(({ endpoint }) => contact(idNear(target, this.chance), endpoint))
  }
}

/** Answers under any id. */
export function chameleon(options: ChameleonOptions = {}): Attacker {
  return (init) => new Chameleon(init, options)
}
