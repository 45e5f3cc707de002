// An attacker with parameters, of which many are placed by one plan: it takes its id and its group
// from the plan, where an adversary of `ADVERSARIES` draws its own. The code of all attackers is
// frozen. Improve the node instead of changing an attacker.

import { type Id, randomId } from '@dht/id'
import { addressBytes, type Contact } from '@dht/krpc'
import type { Chance } from '../chance.ts'
import type { Host } from '../host/host.ts'
import type { Process } from '../host/process.ts'
import type { World } from '../world.ts'
import type { AdversaryInit } from './adversary.ts'
import { AdversaryProcess } from './adversary-process.ts'
import type { AttackGroup } from './attack-group.ts'

/** What the plan of an attack gives to each attacker. */
export interface AttackerInit {
  readonly host: Host
  readonly world: World
  /** Random stream of its own. */
  readonly chance: Chance
  /** Shared by all attackers of the plan. */
  readonly group: AttackGroup
  /** Default: a random id, of those that its address allows where the network asks for that. */
  readonly id?: Id
}

export type Attacker = (init: AttackerInit) => Process

/** Time between two rounds of contacts at first, and later, ms. */
const EARLY_MS = 5_000
const LATER_MS = 60_000
/** Number of early rounds, 150 s, in which each known honest node is queried once. */
const EARLY_ROUNDS = 30
/** Queries in a later round, one after the other to all honest nodes. */
const LATER_QUERIES = 3
/** Queries in any round to honest nodes near the key. */
const NEAR_QUERIES = 2
/** Number of honest nodes nearest to the key that are kept informed of the attackers. */
const NEAR = 24

/**
 * The base class of attackers. It makes itself known: it queries all honest nodes one after the
 * other, and those nearest to the key again and again, fast at first and then often enough to
 * become known to nodes that came later.
 */
export class AttackerProcess extends AdversaryProcess {
  override intervalMs: number = EARLY_MS
  declare readonly group: AttackGroup
  #rounds = 0
  /** Honest nodes that it has not queried in this turn. */
  #waiting: Contact[] = []

  constructor(init: AttackerInit) {
    const { id = anywhere(init) } = init
    super({ ...init, id, aim: undefined } satisfies AdversaryInit)
  }

  override act(): void {
    this.#rounds++
    if (this.#rounds > EARLY_ROUNDS) this.intervalMs = LATER_MS
    const { group, chance } = this
    const near = chance.sample(group.nearAim(NEAR), NEAR_QUERIES)
    const known = [...near, ...this.#nextOnes()].map(({ endpoint }) => endpoint)
    const to = known.length > 0 ? known : this.world.someEndpoints(1, chance)
    // A lookup of its own id or of the key: both show the attacker to nodes near the key.
    const target = chance.happens(0.5) ? this.contact.id : (group.aim ?? this.contact.id)
    for (const each of to) this.sendQuery(each, { method: 'find_node', target })
  }

  /** The honest nodes whose turn it is. */
  #nextOnes(): readonly Contact[] {
    const { honest } = this.group
    const isEarly = this.#rounds <= EARLY_ROUNDS
    const count = isEarly ? Math.ceil(honest.length / EARLY_ROUNDS) : LATER_QUERIES
    if (this.#waiting.length === 0) this.#waiting = this.chance.sample(honest, honest.length)
    return this.#waiting.splice(0, count)
  }
}

/** A random id. Where ids follow addresses, it is one that nodes prefer. */
function anywhere({ host, world, chance }: AttackerInit): Id {
  const { idLength: length, secureIds } = world.protocol
  const random = chance.source
  const address = addressBytes(host.endpoint.address)
  if (secureIds === undefined || address === undefined) return randomId(length, random)
  return secureIds.draw({ address, length, random })
}
