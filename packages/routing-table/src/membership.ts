// Who is a member, and what must never disagree with that: the index by address, the count, and the
// admission rule's own count. Members join and leave through here and nowhere else.
// Decides nothing: whether somebody may join was settled before.

import type { Identified } from '@dht/id'
import type { Bucket } from './bucket.ts'
import { type Entry, removeEntry } from './entry.ts'
import type { RoutingTableConfig } from './options.ts'
import { dropRivals } from './replacement-cache.ts'

export class Membership<C extends Identified> {
  readonly #config: RoutingTableConfig<C>
  readonly #byAddress = new Map<string, Entry<C>>()
  #size = 0

  constructor(config: RoutingTableConfig<C>) {
    this.#config = config
  }

  get size(): number {
    return this.#size
  }

  /** The member that lives at `address`. */
  at(address: string | undefined): Entry<C> | undefined {
    return address === undefined ? undefined : this.#byAddress.get(address)
  }

  /** Whether the admission rule lets `newcomer` join `bucket`, with `leaving` gone. */
  admits(bucket: Bucket<C>, newcomer: Entry<C>, leaving: Entry<C> | undefined): boolean {
    const { admission } = this.#config
    if (admission === undefined) return true
    const place = { neighbours: bucket.members, leaving: leaving?.contact }
    return admission.admits(newcomer.contact, place)
  }

  /** Makes `entry` a member of `bucket`, which has room and covers its id. */
  join(bucket: Bucket<C>, entry: Entry<C>): void {
    // Whoever claims its id or its address from elsewhere has lost.
    dropRivals(bucket.candidates, entry)
    bucket.members.push(entry)
    if (entry.address !== undefined) this.#byAddress.set(entry.address, entry)
    this.#config.admission?.joined(entry.contact)
    this.#size++
  }

  /** Makes `entry` a member of `bucket` no longer. */
  leave(bucket: Bucket<C>, entry: Entry<C>): void {
    removeEntry(bucket.members, entry)
    if (entry.address !== undefined) this.#byAddress.delete(entry.address)
    this.#config.admission?.left(entry.contact)
    this.#size--
  }
}
