// Responds correctly to pings and to `find_node`. To `get_peers` it names members of its group, and
// the true nearest ids at addresses that no host has. `adaptive` does the same, but these attackers
// make themselves known to all honest nodes.

import { contact, type Query } from '@dht/krpc'
import { unusedEndpoint } from './adversary-process.ts'
import { type Attacker, type AttackerInit, AttackerProcess } from './attacker.ts'

const NAMED = 8

export interface HiderOptions {
  /** Members in a reply, 0 to 8; the other contacts are true ids. */
  readonly own: number
}

class Hider extends AttackerProcess {
  readonly #own: number

  constructor(init: AttackerInit, { own }: HiderOptions) {
    super(init)
    this.#own = own
  }

  override respond(query: Query): Uint8Array {
    if (query.method !== 'get_peers') return this.honestReply(query)
    const { target } = query
    const hidden = this.group
      .nearestHonest(target, NAMED - this.#own)
      .map(({ id }) => contact(id, unusedEndpoint(this.chance)))
    return this.replyNaming(query, [...this.group.nearestMembers(target, this.#own), ...hidden])
  }
}

/** Hides true nodes behind dead addresses and names its own. */
export function hider(options: HiderOptions): Attacker {
  return (init) => new Hider(init, options)
}
