// Keeps the id of this node in one overlay valid for its external address, in a network where ids
// follow addresses (BEP 42, or another rule of the network). An id that the address allows is kept,
// also a saved one; a local address allows every id.
//
// The first address is the one that three responders of distinct subnets name. From then on votes
// only raise doubt, because anybody can get a vote by a query to us: when three subnets name other
// addresses, members of the table are asked, and most of them must name the new address. Without an
// answer the address stays. Members are asked, and the id changes, at most once in ten minutes.

import type { SecureIds } from '@dht/id'
import { addressBytes, type Contact } from '@dht/krpc'
import type { RoutingTable } from '@dht/routing-table'
import type { Services } from '../services.ts'
import type { AddressPolicy } from './address-policy.ts'
import { AddressPoll, drawMembers, type PollQuery } from './address-poll.ts'
import type { OwnId } from './own-id.ts'

/**
 * Least time from a poll or a change of an id to the next poll, ms: ours, as long as a vote keeps
 * its place. Each change costs the lookups of a join, and the node is not found under its former id
 * any more.
 */
export const ID_CHANGE_SPACING_MS: number = 10 * 60_000

export class IdReview {
  readonly #ownId: OwnId
  readonly #table: RoutingTable<Contact>
  readonly #addresses: AddressPolicy
  readonly #ping: (query: PollQuery, now: number) => boolean
  readonly #services: Services
  /** Votes that had been recorded at the last review. */
  #reviewedVotes = 0
  #address: string | undefined
  #isDoubted = false
  #poll: AddressPoll | undefined
  /** When the last poll began or the id was changed last, ms. */
  #movedAt = Number.NEGATIVE_INFINITY

  /** @param init - `ping` sends a query of a poll; false: it was not sent */
  constructor(
    init: {
      readonly ownId: OwnId
      readonly table: RoutingTable<Contact>
      readonly addresses: AddressPolicy
      readonly ping: (query: PollQuery, now: number) => boolean
    },
    services: Services,
  ) {
    this.#ownId = init.ownId
    this.#table = init.table
    this.#addresses = init.addresses
    this.#ping = init.ping
    this.#services = services
  }

  /**
   * Whether the external address allows the id. Undefined: ids do not follow addresses in this
   * network, or the address is not known.
   */
  isSecure(now: number): boolean | undefined {
    const address = this.#addresses.externalAddress(now)
    if (address === undefined) return undefined
    return this.#rule?.allows(this.#ownId.id, bytesOf(address))
  }

  /**
   * When `review` has something to do, ms; possibly in the past. Undefined: not before a response.
   */
  nextAt(): number | undefined {
    if (this.#poll !== undefined) return this.#poll.isOver ? this.#movedAt : undefined
    return this.#isDoubted ? this.#movedAt + ID_CHANGE_SPACING_MS : undefined
  }

  /**
   * Changes the id if its address does not allow it, and asks members for our address if that is in
   * doubt. After a change the caller looks up the new neighbourhood. Cheap as long as no vote has
   * come.
   *
   * @returns whether the id has changed
   */
  review(now: number): boolean {
    const { recordedVotes } = this.#addresses
    const isDue = (this.nextAt() ?? Number.POSITIVE_INFINITY) <= now
    const rule = this.#rule
    if (rule === undefined || (recordedVotes === this.#reviewedVotes && !isDue)) return false
    this.#reviewedVotes = recordedVotes
    const hasChanged = this.#establish(this.#newAddress(now), rule, now)
    const address = this.#address
    this.#isDoubted = address !== undefined && this.#addresses.isContradicted(address, now)
    if (this.#isDoubted && now >= this.#movedAt + ID_CHANGE_SPACING_MS) this.#startPoll(rule, now)
    return hasChanged
  }

  get #rule(): SecureIds | undefined {
    return this.#services.network.secureIds
  }

  #startPoll(rule: SecureIds, now: number): void {
    if (this.#poll !== undefined) return
    this.#movedAt = now
    const { random } = this.#services
    const members = drawMembers(this.#table, { rule, random }, now)
    this.#poll = new AddressPoll(members, (query) => this.#ping(query, now))
  }

  /** What votes agree on first, or members that were asked. */
  #newAddress(now: number): string | undefined {
    if (this.#address === undefined) return this.#addresses.confirmedAddress(now)
    if (this.#poll?.isOver !== true) return undefined
    const { winner } = this.#poll
    this.#poll = undefined
    return winner
  }

  /** @returns whether the id has changed */
  #establish(address: string | undefined, rule: SecureIds, now: number): boolean {
    if (address === undefined) return false
    this.#address = address
    this.#addresses.establish(address)
    if (rule.allows(this.#ownId.id, bytesOf(address))) return false
    this.#change(address, rule, now)
    return true
  }

  #change(address: string, rule: SecureIds, now: number): void {
    const { random, network, counters, outbox } = this.#services
    const former = this.#ownId.id
    const id = rule.draw({ address: bytesOf(address), length: network.idLength, random })
    this.#ownId.change(id)
    this.#table.changeSelf(id)
    this.#movedAt = now
    counters.idChanges++
    const { family } = this.#addresses
    outbox.trace({ kind: 'id-changed', family, id, former, address })
  }
}

/** Votes name addresses that were read from compact endpoints, so each has bytes. */
function bytesOf(address: string): Uint8Array {
  return addressBytes(address) as Uint8Array
}
