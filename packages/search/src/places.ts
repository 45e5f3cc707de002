// Which candidate holds which endpoint, and how many candidates there are at one address. So a liar
// that invents many ids for one endpoint gets one query, and a host with many ports cannot be all
// of the nearest nodes.

import type { Identified } from '@dht/id'
import type { Candidate } from './candidate.ts'

export interface PlacesInit<C> {
  /** Keys of our own addresses and endpoints, which are never queried. */
  readonly own: readonly string[]
  readonly addressOf: ((contact: C) => string) | undefined
  readonly endpointOf: ((contact: C) => string) | undefined
  readonly maxPerAddress: number
}

/**
 * Whether a contact may have a place, which is the right to be queried at its endpoint.
 *
 * - `free`: yes
 * - `held`: only instead of `holder`, which has its endpoint and was not queried
 * - `crowded`: only instead of `holder`, which has its address and was not queried
 * - `taken`: no; its endpoint was queried, or is our own
 * - `full`: no; `maxPerAddress` candidates at its address were queried
 */
export type Claim<C extends Identified> =
  | { readonly kind: 'free' | 'taken' | 'full' }
  | { readonly kind: 'held' | 'crowded'; readonly holder: Candidate<C> }

const FREE = Object.freeze({ kind: 'free' })
const TAKEN = Object.freeze({ kind: 'taken' })
const FULL = Object.freeze({ kind: 'full' })

export class Places<C extends Identified> {
  readonly #init: PlacesInit<C>
  readonly #own: ReadonlySet<string>
  readonly #byEndpoint = new Map<string, Candidate<C>>()
  readonly #byAddress = new Map<string, Candidate<C>[]>()

  constructor(init: PlacesInit<C>) {
    this.#init = init
    this.#own = new Set(init.own)
  }

  /** The key of a contact's endpoint; undefined: the lookup doesn't know about endpoints. */
  endpointOf(contact: C): string | undefined {
    return (this.#init.endpointOf ?? this.#init.addressOf)?.(contact)
  }

  /** @param of - the candidate that would be queried at this contact, if there is one already */
  claim(contact: C, of?: Candidate<C>): Claim<C> {
    const endpoint = this.endpointOf(contact)
    if (endpoint === undefined) return FREE
    if (this.#own.has(endpoint)) return TAKEN
    const holder = this.#byEndpoint.get(endpoint)
    if (holder !== undefined) return holder.isUntried ? { kind: 'held', holder } : TAKEN
    const address = this.#addressOf(contact)
    if (address === undefined) return FREE
    if (this.#own.has(address)) return TAKEN
    return this.#claimAt(this.#byAddress.get(address), of)
  }

  /** Whether no candidate has the endpoint of a contact, however many have its address. */
  isFree(contact: C): boolean {
    return !this.#byEndpoint.has(this.endpointOf(contact) as string)
  }

  /** Whether no candidate but `of` was queried at a contact's endpoint, and it is not our own. */
  isOpenTo(contact: C, of: Candidate<C> | undefined): boolean {
    const endpoint = this.endpointOf(contact)
    if (endpoint === undefined) return true
    const address = this.#addressOf(contact)
    if (this.#own.has(endpoint) || (address !== undefined && this.#own.has(address))) return false
    const holder = this.#byEndpoint.get(endpoint)
    return holder === undefined || holder === of || holder.isUntried
  }

  /** Gives the candidate the endpoint of its contact. No other candidate may have it. */
  take(candidate: Candidate<C>): void {
    const { contact, endpoint } = candidate.reported
    if (endpoint === undefined) return
    this.#byEndpoint.set(endpoint, candidate)
    const address = this.#addressOf(contact)
    if (address === undefined) return
    const there = this.#byAddress.get(address)
    if (there === undefined) this.#byAddress.set(address, [candidate])
    else there.push(candidate)
  }

  /** Frees the place of a candidate that was not queried. */
  release(candidate: Candidate<C>): void {
    const { contact, endpoint } = candidate.reported
    if (endpoint === undefined || this.#byEndpoint.get(endpoint) !== candidate) return
    this.#byEndpoint.delete(endpoint)
    const address = this.#addressOf(contact)
    const there = address === undefined ? undefined : this.#byAddress.get(address)
    there?.splice(there.indexOf(candidate), 1)
  }

  /** Undefined where addresses and endpoints are the same. */
  #addressOf(contact: C): string | undefined {
    return this.#init.endpointOf && this.#init.addressOf?.(contact)
  }

  /** A candidate has one place at an address, however many of its contacts are there. */
  #claimAt(there: readonly Candidate<C>[] | undefined, of: Candidate<C> | undefined): Claim<C> {
    if (there === undefined || new Set(there).size < this.#init.maxPerAddress) return FREE
    if (of !== undefined && there.includes(of)) return FREE
    let holder: Candidate<C> | undefined
    for (const each of there) {
      if (each.isUntried && (holder === undefined || each.distance > holder.distance)) holder = each
    }
    return holder === undefined ? FULL : { kind: 'crowded', holder }
  }
}
