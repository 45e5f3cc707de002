// What all adversaries of one kind in one world share: who they are, whom of the honest they have met,
// and what they have agreed upon. They need no network for that.

import { closest, type Id } from '@dht/id'
import type { Contact, Endpoint } from '@dht/krpc'
import type { Chance } from '../chance.ts'

/** Most honest nodes remembered: ours; more than any scenario has. */
const MOST_HONEST = 16_384
/** Most targets remembered: ours. */
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

  /** Honest nodes met so far. */
  get honest(): Contact[] {
    return [...this.#honest.values()]
  }

  /** Remembers somebody who is none of them. */
  addHonest(stranger: Contact): void {
    if (this.has(stranger) || this.#honest.size >= MOST_HONEST) return
    this.#honest.set(stranger.endpointKey, stranger)
  }

  /** Remembers what honest nodes look for. */
  addTarget(target: Id): void {
    if (this.#targets.length >= MOST_TARGETS) this.#targets.shift()
    this.#targets.push(target)
  }

  /** Something that honest nodes look for; undefined: nothing has been seen. */
  sampleTarget(chance: Chance): Id | undefined {
    return this.#targets.length === 0 ? undefined : chance.pick(this.#targets)
  }

  /** Honest nodes, drawn. */
  sampleHonest(count: number, chance: Chance): Endpoint[] {
    return chance.sample(this.honest, count).map(({ endpoint }) => endpoint)
  }

  /** The honest nodes nearest to a target, as they are. */
  nearestHonest(target: Id, count: number): Contact[] {
    return closest(this.honest, target, count)
  }

  /** Their own that are nearest to a target. */
  nearestMembers(target: Id, count: number): Contact[] {
    return closest(this.members, target, count)
  }
}
