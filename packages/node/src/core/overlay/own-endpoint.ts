// Where one family's transport is bound, and by which of its addresses we may meet ourselves.

import { type Contact, type Endpoint, endpointKey, sameEndpoint } from '@dht/krpc'
import { nearby } from './nearby.ts'

export class OwnEndpoint {
  /** As the transport told it. */
  readonly local: Endpoint
  /**
   * Where this machine reaches us: the same, or the loopback when we are bound to every address.
   */
  readonly nearby: Endpoint
  readonly #keys: readonly string[]

  constructor(local: Endpoint) {
    this.local = local
    this.nearby = nearby(local)
    this.#keys = [...new Set([local, this.nearby].map(endpointKey))]
  }

  isAt(endpoint: Endpoint): boolean {
    return sameEndpoint(this.local, endpoint) || sameEndpoint(this.nearby, endpoint)
  }

  isThatOf(contact: Contact): boolean {
    for (const key of this.#keys) if (contact.hasEndpointKey(key)) return true
    return false
  }
}
