// Names the true ids of the honest nodes nearest to the target, at addresses that no host has, and
// responds at once. A lookup that takes the first address that it hears for an id does not find
// these nodes.

import { idKey } from '@dht/id'
import { addressBytes, type Contact, contact, type Endpoint, endpoint, type Query } from '@dht/krpc'
import type { Chance } from '../chance.ts'
import { unusedEndpoint } from './adversary-process.ts'
import type { AttackGroup } from './attack-group.ts'
import { type Attacker, type AttackerInit, AttackerProcess } from './attacker.ts'

const NAMED = 8
/** First part of dead addresses, but for its last two bits. No host has such an address. */
const FIRST_PART = 148
const FIRST_PORT = 1_024

/** The parts of an IPv4 address. */
type Parts = readonly [number, number, number, number]

export interface QuickLiarOptions {
  /** Whether all liars name the same address for an id. Default: each its own. */
  readonly isOneAddress?: boolean
  /** Whether it also names members of its ring, if there are some. Default false. */
  readonly namesRing?: boolean
}

/** The addresses on which the liars of a group have agreed, by id. */
const agreed = new WeakMap<AttackGroup, Map<string, Endpoint>>()

class QuickLiar extends AttackerProcess {
  readonly #dead: Map<string, Endpoint>
  readonly #namesRing: boolean

  constructor(init: AttackerInit, options: QuickLiarOptions) {
    super(init)
    const { isOneAddress = false, namesRing = false } = options
    this.#namesRing = namesRing
    this.#dead = isOneAddress ? addressesOf(this.group) : new Map()
  }

  override respond(query: Query): Uint8Array {
    if (!('target' in query) || query.method === 'announce_peer') return this.reply(query)
    const { target } = query
    const ring = this.#namesRing ? this.chance.sample(this.group.ring, NAMED / 2) : []
    const hidden = this.group.nearestHonest(target, NAMED - ring.length)
    return this.replyNaming(query, [...hidden.map((each) => this.#atDeadAddress(each)), ...ring])
  }

  #atDeadAddress({ id, endpoint: truth }: Contact): Contact {
    const key = idKey(id)
    const dead = this.#dead.get(key) ?? deadEndpoint(truth, this.chance)
    this.#dead.set(key, dead)
    return contact(id, dead)
  }
}

/**
 * An endpoint that no host has. BEP 42 ignores the leading bits of each part of an IPv4 address, so
 * the dead address has those that count, and allows the same ids as the true one.
 */
function deadEndpoint(truth: Endpoint, chance: Chance): Endpoint {
  if (truth.family === 6) return unusedEndpoint(chance)
  const [a, b, c, d] = addressBytes(truth.address) as unknown as Parts
  const [second, third] = [chance.below(16), chance.below(4)]
  const address = [FIRST_PART | (a & 3), (second << 4) | (b & 15), (third << 6) | (c & 63), d]
  return endpoint(address.join('.'), FIRST_PORT + chance.below(60_000))
}

function addressesOf(group: AttackGroup): Map<string, Endpoint> {
  const known = agreed.get(group) ?? new Map<string, Endpoint>()
  agreed.set(group, known)
  return known
}

/** Hides honest nodes behind dead addresses. */
export function quickLiar(options: QuickLiarOptions = {}): Attacker {
  return (init) => new QuickLiar(init, options)
}
