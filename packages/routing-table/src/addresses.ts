// Which member has which address, over the whole table: the member at an address may be in any
// bucket, and the table looks for it whenever an unknown contact queries us.
// The hashes stand in a list of their own, because comparing numbers is faster than comparing text.

import type { Identified } from '@dht/id'
import type { TableEntry } from './table-entry.ts'

export class Addresses<C extends Identified> {
  readonly #entries: TableEntry<C>[] = []
  /** The hash of each entry's address, at the same place as the entry. */
  readonly #hashes: number[] = []

  /** The member with the address of `entry`: `entry` itself, if it is a member. */
  memberAtAddressOf({ address, addressHash }: TableEntry<C>): TableEntry<C> | undefined {
    if (address === undefined) return undefined
    const hashes = this.#hashes
    for (let at = 0; at < hashes.length; at++) {
      if (hashes[at] === addressHash && this.#entries[at]!.address === address) {
        return this.#entries[at]
      }
    }
    return undefined
  }

  /** Adds `entry`; does nothing when it has no address. */
  add(entry: TableEntry<C>): void {
    if (entry.address === undefined) return
    this.#entries.push(entry)
    this.#hashes.push(entry.addressHash)
  }

  /** Removes `entry`, if it is here. The last entry moves to its place. */
  remove(entry: TableEntry<C>): void {
    const at = this.#entries.indexOf(entry)
    if (at < 0) return
    const last = this.#entries.pop()!
    this.#hashes.pop()
    if (last === entry) return
    this.#entries[at] = last
    this.#hashes[at] = last.addressHash
  }
}
