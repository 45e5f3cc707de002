// What all enemies of one kind in one world share: who they are, whom of the honest they have met,
// and what they have agreed upon. They need no network for that.

import { closest, type Id } from '@dht/id'
import type { Contact, Endpoint } from '@dht/krpc'
import type { Chance } from '../chance.ts'

/** Most honest nodes remembered: ours; more than any scenario has. */
const MOST_MET = 16_384
/** Most targets remembered: ours. */
const MOST_TARGETS = 64

export class Gang {
  readonly members: Contact[] = []
  readonly #own = new Set<string>()
  readonly #met = new Map<string, Contact>()
  readonly #targets: Id[] = []

  join(member: Contact): void {
    this.members.push(member)
    this.#own.add(member.endpointKey)
    this.#met.delete(member.endpointKey)
  }

  has({ endpointKey }: Contact): boolean {
    return this.#own.has(endpointKey)
  }

  /** Honest nodes met so far. */
  get met(): Contact[] {
    return [...this.#met.values()]
  }

  /** Remembers somebody who is none of them. */
  meet(stranger: Contact): void {
    if (this.has(stranger) || this.#met.size >= MOST_MET) return
    this.#met.set(stranger.endpointKey, stranger)
  }

  /** Remembers what honest nodes look for. */
  wanted(target: Id): void {
    if (this.#targets.length >= MOST_TARGETS) this.#targets.shift()
    this.#targets.push(target)
  }

  /** Something that honest nodes look for; undefined: nothing has been seen. */
  someTarget(chance: Chance): Id | undefined {
    return this.#targets.length === 0 ? undefined : chance.pick(this.#targets)
  }

  /** Honest nodes, drawn. */
  some(count: number, chance: Chance): Endpoint[] {
    return chance.sample(this.met, count).map(({ endpoint }) => endpoint)
  }

  /** The honest nodes nearest to a target, as they are. */
  nearest(target: Id, count: number): Contact[] {
    return closest(this.met, target, count)
  }

  /** Their own that are nearest to a target. */
  fellows(target: Id, count: number): Contact[] {
    return closest(this.members, target, count)
  }
}
