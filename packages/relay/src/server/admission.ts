// How many clients may be connected, in all and from one address.

import { addressBytes, endpoint, subnetOf } from '@dht/krpc'

export interface AdmissionLimits {
  readonly maxClients: number
  readonly maxClientsPerAddress: number
}

/** What counts as one address: of IPv6 its /64, since one customer usually has all of it. */
export function clientKey(address: string): string {
  if (addressBytes(address) === undefined) return address
  const canonical = endpoint(address, 1)
  return canonical.family === 4 ? canonical.address : subnetOf(canonical)
}

export class Admission {
  readonly #limits: AdmissionLimits
  readonly #byAddress = new Map<string, number>()
  #count = 0

  constructor(limits: AdmissionLimits) {
    this.#limits = limits
  }

  get count(): number {
    return this.#count
  }

  isFull(address: string): boolean {
    const { maxClients, maxClientsPerAddress } = this.#limits
    const ofAddress = this.#byAddress.get(address) ?? 0
    return this.#count >= maxClients || ofAddress >= maxClientsPerAddress
  }

  /** Counts one more. @returns counts it no more; to be called once */
  enter(address: string): () => void {
    this.#change(address, 1)
    return () => this.#change(address, -1)
  }

  #change(address: string, by: 1 | -1): void {
    this.#count += by
    const ofAddress = (this.#byAddress.get(address) ?? 0) + by
    if (ofAddress === 0) this.#byAddress.delete(address)
    else this.#byAddress.set(address, ofAddress)
  }
}
