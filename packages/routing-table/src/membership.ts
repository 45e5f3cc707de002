// Who is a member, and the two things that must never disagree with that: the index by address and
// the count of the admission rule. Members join and leave through here and nowhere else.
// Decides nothing: whether somebody may join was settled before.

import type { Identified } from '@dht/id'
import type { Place } from './admission.ts'
import type { Bucket } from './bucket.ts'
import type { Entry } from './entry.ts'
import type { RoutingTableConfig } from './options.ts'
import { dropRivals } from './replacement-cache.ts'
import type { Spine } from './spine.ts'

export class Membership<C extends Identified> {
  readonly #spine: Spine<C>
  readonly #config: RoutingTableConfig<C>
  readonly #byAddress = new Map<string, Entry<C>>()
  #size = 0

  constructor(spine: Spine<C>, config: RoutingTableConfig<C>) {
    this.#spine = spine
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
  admits(newcomer: Entry<C>, bucket: Bucket<C>, leaving: Entry<C> | undefined): boolean {
    const { admission } = this.#config
    if (admission === undefined) return true
    const { contact } = newcomer
    const site = this.#spine.siteIn(bucket, contact.id, leaving)
    const neighbours = site?.neighbours ?? bucket.members
    const place: Place<C> = { neighbours, leaving: leaving?.contact }
    return admission.admits(contact, place)
  }

  /** Makes `entry` a member of the bucket that covers it. There must be room. */
  join(entry: Entry<C>): void {
    const bucket = this.#spine.bucketOf(entry.contact.id)
    dropRivals(bucket.candidates, entry)
    bucket.members.push(entry)
    if (entry.address !== undefined) this.#byAddress.set(entry.address, entry)
    this.#config.admission?.joined(entry.contact)
    this.#size++
  }

  /** Makes `entry` a member no longer. */
  leave(entry: Entry<C>): void {
    const { members } = this.#spine.bucketOf(entry.contact.id)
    members.splice(members.indexOf(entry), 1)
    if (entry.address !== undefined) this.#byAddress.delete(entry.address)
    this.#config.admission?.left(entry.contact)
    this.#size--
  }
}
