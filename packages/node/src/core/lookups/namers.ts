// Who named the unproven endpoints that a lookup or a walk may query. A node sends a bounded number
// of datagrams in any minute to unproven endpoints that one host named, whatever they are for.

import type { Contact } from '@dht/krpc'
import type { AddressServices } from '../address-services.ts'

/** Contacts that another node named in a response. */
export interface NamedContacts {
  readonly contacts: readonly Contact[]
  readonly namer: Contact
}

/** Most hosts remembered of those that named one endpoint: ours. */
const MAX_NAMERS_PER_ENDPOINT = 4

export class Namers {
  readonly #services: Pick<AddressServices, 'named' | 'proven' | 'sharedAddresses'>
  /** The hosts that named an endpoint, by the key of the endpoint. */
  readonly #hosts = new Map<string, string[]>()

  constructor(services: Pick<AddressServices, 'named' | 'proven' | 'sharedAddresses'>) {
    this.#services = services
  }

  add({ contacts, namer }: NamedContacts, now: number): void {
    const host = this.#services.sharedAddresses.keyOf(namer.endpoint)
    for (const { endpoint, endpointKey } of contacts) {
      if (this.#services.proven.has(endpoint, now)) continue
      const hosts = this.#hosts.get(endpointKey)
      if (hosts === undefined) this.#hosts.set(endpointKey, [host])
      else if (hosts.length < MAX_NAMERS_PER_ENDPOINT && !hosts.includes(host)) hosts.push(host)
    }
  }

  /**
   * Counts a datagram to an unproven endpoint for the first of its namers that has room.
   *
   * @returns false when none has room: the datagram must not be sent
   */
  take({ endpointKey }: Contact, now: number): boolean {
    const { named } = this.#services
    const hosts = this.#hosts.get(endpointKey)
    if (hosts === undefined) return true
    const host = hosts.find((each) => named.allows(each, now))
    if (host === undefined) return false
    named.count(host, now)
    return true
  }

  /** Forgets who named an endpoint. */
  delete({ endpointKey }: Contact): void {
    this.#hosts.delete(endpointKey)
  }
}
