// The model of the choice of an id: votes in, id out. It keeps no state between votes other than
// the id and the instant of its last change; what is due is computed anew each time.

import { type Id, isSecureId } from '@dht/id'
import { addressBytes, type Endpoint } from '@dht/krpc'
import { VotesModel } from './core-votes.model.ts'

const SPACING_MS = 10 * 60_000

export class IdReviewModel {
  readonly votes: VotesModel = new VotesModel()
  readonly #follows: boolean
  #changedAt = Number.NEGATIVE_INFINITY

  /** @param follows - whether ids follow addresses in the network */
  constructor(follows: boolean) {
    this.#follows = follows
  }

  responseReceived(from: Endpoint, named: Endpoint | undefined, now: number): void {
    this.votes.responseReceived(from, named, now)
  }

  /** The address that does not allow this id and that the next one has to fit. */
  wrongAt(id: Id, now: number): string | undefined {
    const address = this.votes.confirmed(now)
    if (!this.#follows || address === undefined || fits(id, address)) return undefined
    return address
  }

  /** Whether the id changes at this instant. */
  changes(id: Id, now: number): boolean {
    return this.wrongAt(id, now) !== undefined && now >= this.#changedAt + SPACING_MS
  }

  changed(now: number): void {
    this.#changedAt = now
  }
}

export function fits(id: Id, address: string): boolean {
  return isSecureId(id, addressBytes(address)!)
}
