// Bounds what one lookup sends to each endpoint, and what others can make this node send to third
// parties. The contacts in a response may be invented: without these bounds, a liar that names a
// third party under many ids, in many responses, could make every lookup send to it many times.

import type { Contact } from '@dht/krpc'
import type { AddressServices } from '../address-services.ts'
import { type NamedContacts, Namers } from './namers.ts'

/** Datagrams of one lookup to one endpoint since its last response: a query, resent once. */
export const MAX_PER_ENDPOINT = 2

/**
 * Datagrams of one lookup to unproven endpoints of one host (IPv4 address, IPv6 /64) that have not
 * responded: ours, so that the k nodes that a lookup asks at once may be behind one NAT.
 */
export const MAX_UNANSWERED_PER_HOST = 8

/** How many datagrams were sent to an endpoint since its last response. */
interface SentThere {
  all: number
  /** Those that were sent while it was not proven. */
  unproven: number
}

export class LookupDestinations {
  readonly #services: Omit<AddressServices, 'unproven'>
  readonly #sent = new Map<string, SentThere>()
  /** Datagrams to unproven endpoints that have not responded, by host. */
  readonly #unanswered = new Map<string, number>()
  readonly #namers: Namers

  constructor(services: Omit<AddressServices, 'unproven'>) {
    this.#services = services
    this.#namers = new Namers(services)
  }

  /** A response named these contacts. */
  named(contacts: NamedContacts, now: number): void {
    this.#namers.add(contacts, now)
  }

  /** Counts a datagram to this contact. @returns false when it must not be sent */
  take(to: Contact, now: number): boolean {
    const there = this.#sent.get(to.endpointKey) ?? { all: 0, unproven: 0 }
    if (there.all >= MAX_PER_ENDPOINT) return false
    if (!this.#services.proven.has(to.endpoint, now)) {
      if (!this.#takeUnproven(to, now)) return false
      there.unproven++
    }
    there.all++
    this.#sent.set(to.endpointKey, there)
    return true
  }

  /** A response came from this contact. */
  responded({ endpoint, endpointKey }: Contact): void {
    const there = this.#sent.get(endpointKey)
    if (there === undefined) return
    this.#sent.delete(endpointKey)
    if (there.unproven === 0) return
    const host = this.#services.sharedAddresses.keyOf(endpoint)
    this.#unanswered.set(host, this.#unanswered.get(host)! - there.unproven)
  }

  #takeUnproven(to: Contact, now: number): boolean {
    const host = this.#services.sharedAddresses.keyOf(to.endpoint)
    const unanswered = this.#unanswered.get(host) ?? 0
    if (unanswered >= MAX_UNANSWERED_PER_HOST || !this.#namers.take(to, now)) return false
    this.#unanswered.set(host, unanswered + 1)
    return true
  }
}
