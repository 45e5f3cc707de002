// Keeps the id of this node in one overlay valid for its external address (BEP 42), in a network
// where ids follow addresses. Three responders of distinct subnets must name the address, so one
// liar changes no id. An id that the address allows is kept, also a saved one; a local address
// allows every id. An address that changes back and forth changes the id once in ten minutes.

import { isSecureId, secureId } from '@dht/id'
import { addressBytes, type Contact } from '@dht/krpc'
import type { RoutingTable } from '@dht/routing-table'
import type { Services } from '../services.ts'
import type { AddressPolicy } from './address-policy.ts'
import type { OwnId } from './own-id.ts'

/**
 * Least time between two changes of an id, ms: ours, as long as a vote keeps its place. Each change
 * costs the lookups of a join, and the node is not found under its former id any more.
 */
export const ID_CHANGE_SPACING_MS: number = 10 * 60_000

export class IdReview {
  readonly #ownId: OwnId
  readonly #table: RoutingTable<Contact>
  readonly #addresses: AddressPolicy
  readonly #services: Services
  /** Votes that had been recorded at the last review. */
  #reviewedVotes = 0
  #isChangeWanted = false
  #changedAt = Number.NEGATIVE_INFINITY

  constructor(
    init: {
      readonly ownId: OwnId
      readonly table: RoutingTable<Contact>
      readonly addresses: AddressPolicy
    },
    services: Services,
  ) {
    this.#ownId = init.ownId
    this.#table = init.table
    this.#addresses = init.addresses
    this.#services = services
  }

  /**
   * Whether the external address allows the id. Undefined: ids do not follow addresses in this
   * network, or the address is not known.
   */
  isSecure(now: number): boolean | undefined {
    const address = this.#addresses.externalAddress(now)
    if (!this.#follows || address === undefined) return undefined
    return isSecureId(this.#ownId.id, bytesOf(address))
  }

  /**
   * When a change that is wanted may be made, ms; possibly in the past. Undefined: none is wanted.
   */
  nextAt(): number | undefined {
    return this.#isChangeWanted ? this.#changedAt + ID_CHANGE_SPACING_MS : undefined
  }

  /**
   * Changes the id if its address does not allow it and the last change is long enough ago. The
   * caller then looks up the new neighbourhood. Cheap as long as no vote has come.
   *
   * @returns whether the id has changed
   */
  review(now: number): boolean {
    const { recordedVotes } = this.#addresses
    const dueAt = this.nextAt()
    const isDue = dueAt !== undefined && dueAt <= now
    if (!this.#follows || (recordedVotes === this.#reviewedVotes && !isDue)) return false
    this.#reviewedVotes = recordedVotes
    const address = this.#addresses.confirmedAddress(now)
    const isAllowed = address === undefined || isSecureId(this.#ownId.id, bytesOf(address))
    this.#isChangeWanted = !isAllowed
    if (isAllowed || now < this.#changedAt + ID_CHANGE_SPACING_MS) return false
    this.#change(address, now)
    return true
  }

  get #follows(): boolean {
    return this.#services.network.secureIds
  }

  #change(address: string, now: number): void {
    const { random, network, counters, outbox } = this.#services
    const former = this.#ownId.id
    const id = secureId({ address: bytesOf(address), length: network.idLength, random })
    this.#ownId.change(id)
    this.#table.changeSelf(id)
    this.#isChangeWanted = false
    this.#changedAt = now
    counters.idChanges++
    const { family } = this.#addresses
    outbox.trace({ kind: 'id-changed', family, id, former, address })
  }
}

/** Votes name addresses that were read from compact endpoints, so each has bytes. */
function bytesOf(address: string): Uint8Array {
  return addressBytes(address) as Uint8Array
}
