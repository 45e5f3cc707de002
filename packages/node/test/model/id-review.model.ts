// The model of the choice of an id: votes and the answers of polled members in, id out. What is due
// is computed anew each time.

import type { Id, SecureIds } from '@dht/id'
import { addressBytes, type Endpoint } from '@dht/krpc'
import { VotesModel } from './core-votes.model.ts'

const SPACING_MS = 10 * 60_000

export type NextMove = 'poll' | 'change' | 'none'

export class IdReviewModel {
  readonly votes: VotesModel = new VotesModel()
  readonly #rule: SecureIds | undefined
  /** The established address. */
  address: string | undefined
  #movedAt = Number.NEGATIVE_INFINITY

  /** @param rule - how ids follow addresses in the network; undefined: they do not */
  constructor(rule: SecureIds | undefined) {
    this.#rule = rule
  }

  responseReceived(from: Endpoint, named: Endpoint | undefined, now: number): void {
    this.votes.responseReceived(from, named, now)
  }

  /** Whether votes ask for a poll, sooner or later. */
  isDoubted(now: number): boolean {
    return this.address !== undefined && this.votes.othersThan(this.address, now) >= 3
  }

  /** When members may be asked. */
  get nextPollAt(): number {
    return this.#movedAt + SPACING_MS
  }

  /** What a review does at this instant. */
  review(id: Id, now: number): NextMove {
    if (this.#rule === undefined) return 'none'
    const first = this.address === undefined ? this.votes.confirmed(now) : undefined
    if (this.#establish(first, id, now) === 'change') return 'change'
    if (!this.isDoubted(now) || now < this.nextPollAt) return 'none'
    this.#movedAt = now
    return 'poll'
  }

  /** What the end of a poll does. @param named - what the members named; undefined: nothing */
  polled(named: readonly (string | undefined)[], id: Id, now: number): NextMove {
    const all = named.filter((each) => each !== undefined)
    const winner = all.find((each) => {
      const count = all.filter((other) => other === each).length
      return count >= 3 && count / all.length >= 2 / 3
    })
    return this.#establish(winner, id, now)
  }

  #establish(address: string | undefined, id: Id, now: number): NextMove {
    if (address === undefined) return 'none'
    this.address = address
    if (fits(id, address, this.#rule)) return 'none'
    this.#movedAt = now
    return 'change'
  }
}

export function fits(id: Id, address: string, rule: SecureIds | undefined): boolean {
  return rule?.allows(id, addressBytes(address)!) === true
}
