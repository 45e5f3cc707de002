// What the attackers of one world share: the honest nodes that they met lately, and which member
// answers under which id when a certain target is asked for. A node that was not met for some time
// is forgotten, so that attackers keep up with churn.

import { type Id, idKey } from '@dht/id'
import { type Contact, contact, type Endpoint } from '@dht/krpc'
import type { Chance } from '../chance.ts'
import type { World } from '../world.ts'
import { AdversaryGroup } from './adversary-group.ts'

/** Time after which an honest node that was not met is forgotten, ms. */
const FORGOTTEN_MS = 900_000
/** Time between two looks for forgotten nodes, ms. */
const SWEEP_MS = 10_000
/** Maximum number of honest nodes remembered. Our choice: more than any scenario has. */
const MOST_HONEST = 16_384

interface Meeting {
  readonly contact: Contact
  readonly at: number
}

export class AttackGroup extends AdversaryGroup {
  readonly #world: World
  readonly #met = new Map<string, Meeting>()
  /** The contacts of `#met`; undefined: they have changed. */
  #list: Contact[] | undefined
  #sweptAt = 0
  /** The key that the attackers surround, if there is one. */
  readonly aim: Id | undefined
  /** Members around the key, in any order. */
  readonly ring: Contact[] = []
  /** Whether sleepers have begun to lie. */
  isAwake = false
  readonly #claims = new Map<string, readonly Contact[]>()

  constructor(world: World, aim?: Id) {
    super()
    this.#world = world
    this.aim = aim
  }

  override add(member: Contact): void {
    super.add(member)
    this.#met.delete(member.endpointKey)
    this.#list = undefined
  }

  /** Honest nodes that were met lately. */
  override get honest(): Contact[] {
    this.#sweep()
    this.#list ??= Array.from(this.#met.values(), ({ contact }) => contact)
    return this.#list
  }

  /** Remembers a contact that was met now, unless it is a member of the group. */
  override addHonest(contact: Contact): void {
    const { endpointKey } = contact
    if (this.has(contact)) return
    const known = this.#met.get(endpointKey)
    if (known === undefined && this.#met.size >= MOST_HONEST) return
    const isSame = known?.contact.hasId(contact.id) === true
    this.#met.set(endpointKey, { contact: isSame ? known.contact : contact, at: this.#world.now })
    if (!isSame) this.#list = undefined
  }

  /** Remembers an honest node. */
  meet(id: Id, endpoint: Endpoint): void {
    this.addHonest(contact(id, endpoint))
  }

  /** The honest nodes nearest to the key; none if there is no key. */
  nearAim(count: number): Contact[] {
    return this.aim === undefined ? [] : this.nearestHonest(this.aim, count)
  }

  /** Random members. */
  sampleMembers(count: number, chance: Chance): Contact[] {
    return chance.sample(this.members, count)
  }

  /**
   * Members under the ids that they use for a target, as `make` chose them when the target was
   * first asked for.
   */
  claims(target: Id, make: () => readonly Contact[]): readonly Contact[] {
    const key = idKey(target)
    const known = this.#claims.get(key)
    if (known !== undefined) return known
    const made = make()
    this.#claims.set(key, made)
    return made
  }

  /** The id that a member uses for a target; undefined: its own. */
  claimedId(target: Id, { endpointKey }: Contact): Id | undefined {
    const claims = this.#claims.get(idKey(target))
    return claims?.find((each) => each.endpointKey === endpointKey)?.id
  }

  #sweep(): void {
    const { now } = this.#world
    if (now < this.#sweptAt + SWEEP_MS) return
    this.#sweptAt = now
    for (const [key, { at }] of this.#met) {
      if (at >= now - FORGOTTEN_MS) continue
      this.#met.delete(key)
      this.#list = undefined
    }
  }
}
