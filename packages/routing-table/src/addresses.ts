// Which member lives where, over the whole table: in one row, because an address may be that of a
// member of any bucket, and everybody who queries us is looked for here.

import type { Identified } from '@dht/id'
import type { Entry } from './entry.ts'

export class Addresses<C extends Identified> {
  readonly #entries: Entry<C>[] = []
  /** Of each entry the hash of its address, at the same place. */
  readonly #hashes: number[] = []

  /** The member that lives where `entry` does: itself, if it is one. */
  neighbourOf({ address, addressHash }: Entry<C>): Entry<C> | undefined {
    if (address === undefined) return undefined
    const hashes = this.#hashes
    for (let at = 0; at < hashes.length; at++) {
      if (hashes[at] === addressHash && this.#entries[at]!.address === address) {
        return this.#entries[at]
      }
    }
    return undefined
  }

  /** An entry without an address lives nowhere. */
  add(entry: Entry<C>): void {
    if (entry.address === undefined) return
    this.#entries.push(entry)
    this.#hashes.push(entry.addressHash)
  }

  /** Takes `entry` out, if it is here; the last one moves to its place. */
  remove(entry: Entry<C>): void {
    const at = this.#entries.indexOf(entry)
    if (at < 0) return
    const last = this.#entries.pop()!
    this.#hashes.pop()
    if (last === entry) return
    this.#entries[at] = last
    this.#hashes[at] = last.addressHash
  }
}
