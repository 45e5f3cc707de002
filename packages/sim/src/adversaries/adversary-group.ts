// What all adversaries of one kind in one world share: their own contacts, the honest nodes they
// know, and the targets that honest nodes look up. They share it without using the network.

import { closest, type Id } from '@dht/id'
import type { Contact, Endpoint } from '@dht/krpc'
import type { Chance } from '../chance.ts'

/** Maximum number of honest nodes remembered. Our choice: more than any scenario has. */
const MOST_HONEST = 16_384
/** Maximum number of targets remembered. Our choice. */
const MOST_TARGETS = 64

export class AdversaryGroup {
  readonly members: Contact[] = []
  readonly #own = new Set<string>()
  readonly #honest = new Map<string, Contact>()
  readonly #targets: Id[] = []

  add(member: Contact): void {
    this.members.push(member)
    this.#own.add(member.endpointKey)
    this.#honest.delete(member.endpointKey)
  }

  has({ endpointKey }: Contact): boolean {
    return this.#own.has(endpointKey)
  }

  /** Honest nodes that the group knows. */
  get honest(): Contact[] {
    return [...this.#honest.values()]
  }

  /** Remembers a contact, unless it is a member of the group. */
  addHonest(contact: Contact): void {
    if (this.has(contact) || this.#honest.size >= MOST_HONEST) return
    this.#honest.set(contact.endpointKey, contact)
  }

  /** Remembers a target that an honest node looks up. */
  addTarget(target: Id): void {
    if (this.#targets.length >= MOST_TARGETS) this.#targets.shift()
    this.#targets.push(target)
  }

  /** A random target that an honest node looks up; undefined: none is known. */
  sampleTarget(chance: Chance): Id | undefined {
    return this.#targets.length === 0 ? undefined : chance.pick(this.#targets)
  }

  /** Random honest nodes. */
  sampleHonest(count: number, chance: Chance): Endpoint[] {
    return chance.sample(this.honest, count).map(({ endpoint }) => endpoint)
  }

  /** The honest nodes nearest to a target. */
  nearestHonest(target: Id, count: number): Contact[] {
    return closest(this.honest, target, count)
  }

  /** The members of the group nearest to a target. */
  nearestMembers(target: Id, count: number): Contact[] {
    return closest(this.members, target, count)
  }
}
