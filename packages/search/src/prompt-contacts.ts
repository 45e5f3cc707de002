// Contacts of our own that have answered soon before. While a lookup approaches its target, it
// queries one of them for each query that has stalled. So slow nodes cannot hold a lookup up by
// being the nearest that we know.

import { type Identified, idKey } from '@dht/id'
import type { Candidate } from './candidate.ts'
import type { Shortlist } from './shortlist.ts'
import type { Vicinity } from './vicinity.ts'

export class PromptContacts<C extends Identified> {
  readonly #shortlist: Shortlist<C>
  readonly #vicinity: Vicinity<C>
  #ids: ReadonlySet<string> | undefined

  constructor(shortlist: Shortlist<C>, vicinity: Vicinity<C>) {
    this.#shortlist = shortlist
    this.#vicinity = vicinity
  }

  /** Whether `are` was called. */
  get areKnown(): boolean {
    return this.#ids !== undefined
  }

  /** Says which contacts they are. They must be candidates, as far as there is room for them. */
  are(contacts: readonly C[]): void {
    this.#ids = new Set(contacts.map(({ id }) => idKey(id)))
  }

  /**
   * The nearest of them to query, unless at least as many of them were queried as queries have
   * stalled.
   */
  next(stalled: number): Candidate<C> | undefined {
    const ids = this.#ids
    if (ids === undefined) return undefined
    const all = this.#shortlist.all.filter(({ id }) => ids.has(idKey(id)))
    const fresh = all.filter(({ state }) => state === 'fresh')
    if (all.length - fresh.length >= stalled) return undefined
    return fresh.find((candidate) => this.#vicinity.isCredible(candidate))
  }
}
