// Queries each of a set of contacts once, whatever the others return: the nodes of a region whose
// nearest nodes may all be liars. Few contacts of one subnet are queried. Contacts are classed by
// the number of bits that they share with the target, and the class with the fewest queries so far
// comes next. So many contacts right beside the target do not delay the queries to the others.

import { commonPrefixLength, type Id, type Identified, idKey } from '@dht/id'
import type {
  LookupResponse,
  LookupStep,
  Path,
  ResponseVerdict,
  WriteTarget,
} from './lookup-step.ts'
import type { Tally } from './tally.ts'

type SweepQueryState = 'fresh' | 'queried' | 'stalled' | 'responded' | 'failed'

interface SweepQuery<C> {
  readonly contact: C
  /** How many leading bits it shares with the target. */
  readonly shared: number
  state: SweepQueryState
  token: Uint8Array | undefined
}

export interface SweepQueriesInit<C> {
  readonly target: Id
  /** Key of a contact's endpoint; no endpoint is queried twice. */
  readonly endpointOf: ((contact: C) => string) | undefined
  /** Key of a contact's subnet, in which one person may have many addresses. */
  readonly subnetOf: ((contact: C) => string) | undefined
  /** Most contacts of one subnet. */
  readonly maxPerSubnet: number
  /** Most open queries that have not stalled. */
  readonly slots: number
  /** Most contacts. */
  readonly capacity: number
}

export class SweepQueries<C extends Identified> implements Path<C> {
  readonly #init: SweepQueriesInit<C>
  /** By id and endpoint. */
  readonly #all = new Map<string, SweepQuery<C>>()
  readonly #ids = new Set<string>()
  readonly #endpoints = new Set<string>()
  readonly #bySubnet = new Map<string, number>()
  /** Number of queried contacts, by how many bits they share with the target. */
  readonly #byShared = new Map<number, number>()
  readonly #counts = { queried: 0, responded: 0, stalled: 0, failed: 0 }
  /** Open queries that have not stalled. */
  #usedSlots = 0
  #isAborted = false

  constructor(init: SweepQueriesInit<C>) {
    this.#init = init
  }

  /**
   * Adds a contact, unless its id or its endpoint is known, or `maxPerSubnet` or `capacity` is
   * reached.
   *
   * @param isProven - whether it is known to respond. Then it is added although its id is known:
   *   the other contact may be false.
   */
  add(contact: C, isProven: boolean): void {
    const { endpointOf, subnetOf, maxPerSubnet, capacity, target } = this.#init
    if (this.#isAborted || this.#all.size >= capacity) return
    const key = this.#keyOf(contact)
    const isKnown = isProven ? this.#all.has(key) : this.#ids.has(idKey(contact.id))
    const endpoint = endpointOf?.(contact)
    if (isKnown || (endpoint !== undefined && this.#endpoints.has(endpoint))) return
    const subnet = subnetOf?.(contact)
    if (subnet !== undefined) {
      const count = this.#bySubnet.get(subnet) ?? 0
      if (count >= maxPerSubnet) return
      this.#bySubnet.set(subnet, count + 1)
    }
    if (endpoint !== undefined) this.#endpoints.add(endpoint)
    const shared = commonPrefixLength(contact.id, target)
    this.#ids.add(idKey(contact.id))
    this.#all.set(key, { contact, shared, state: 'fresh', token: undefined })
  }

  /** Whether a contact with this id and endpoint was added. */
  knows(contact: C): boolean {
    return this.#all.has(this.#keyOf(contact))
  }

  next(): LookupStep<C> {
    if (this.isDone) return { kind: 'done' }
    const query = this.#usedSlots < this.#init.slots ? this.#nextFresh() : undefined
    if (query === undefined) return { kind: 'wait' }
    query.state = 'queried'
    this.#usedSlots += 1
    this.#counts.queried += 1
    this.#byShared.set(query.shared, (this.#byShared.get(query.shared) ?? 0) + 1)
    return { kind: 'query', contact: query.contact }
  }

  /** A contact that responds under another id is not known to be in the region. */
  responded(asked: C, { responder, token }: LookupResponse<C>): ResponseVerdict {
    const query = this.#open(asked)
    if (query === undefined) return { kind: 'ignored' }
    const isOther = idKey(responder.id) !== idKey(asked.id)
    this.#end(query, isOther ? 'failed' : 'responded')
    if (isOther) return { kind: 'rejected' }
    query.token = token && new Uint8Array(token)
    return { kind: 'accepted' }
  }

  stalled(asked: C): void {
    const query = this.#open(asked)
    if (query?.state !== 'queried') return
    this.#usedSlots -= 1
    this.#counts.stalled += 1
    query.state = 'stalled'
  }

  failed(asked: C): void {
    const query = this.#open(asked)
    if (query !== undefined) this.#end(query, 'failed')
  }

  abort(): void {
    this.#isAborted = true
  }

  /** Forgets the contacts that were not queried. */
  dropFresh(): void {
    for (const [key, { state }] of this.#all) if (state === 'fresh') this.#all.delete(key)
  }

  /** Nothing to do now; a contact that is added changes this. */
  get isDone(): boolean {
    return this.#isAborted || this.#isEvery(['responded', 'failed'])
  }

  get waitsForStalledOnly(): boolean {
    return !this.#isAborted && this.#isEvery(['responded', 'failed', 'stalled'])
  }

  /** Queries that are open. */
  get pending(): number {
    const { queried, responded, failed } = this.#counts
    return queried - responded - failed
  }

  get queried(): number {
    return this.#counts.queried
  }

  get tally(): Tally {
    return { ...this.#counts, hops: 0 }
  }

  /** The contacts that gave a token, each with its token. */
  writeTargets(): WriteTarget<C>[] {
    return [...this.#all.values()].flatMap(({ contact, token }) => {
      return token === undefined ? [] : [{ contact, token: new Uint8Array(token) }]
    })
  }

  #end(query: SweepQuery<C>, state: 'responded' | 'failed'): void {
    if (query.state === 'queried') this.#usedSlots -= 1
    this.#counts[state] += 1
    query.state = state
  }

  #nextFresh(): SweepQuery<C> | undefined {
    let best: SweepQuery<C> | undefined
    for (const query of this.#all.values()) {
      if (query.state !== 'fresh') continue
      if (best === undefined || this.#isBefore(query, best)) best = query
    }
    return best
  }

  #isBefore(a: SweepQuery<C>, b: SweepQuery<C>): boolean {
    const queriedLike = ({ shared }: SweepQuery<C>): number => this.#byShared.get(shared) ?? 0
    return (queriedLike(a) - queriedLike(b) || a.shared - b.shared) < 0
  }

  #keyOf(contact: C): string {
    return `${idKey(contact.id)} ${this.#init.endpointOf?.(contact) ?? ''}`
  }

  #open(asked: C): SweepQuery<C> | undefined {
    const query = this.#isAborted ? undefined : this.#all.get(this.#keyOf(asked))
    return query?.state === 'queried' || query?.state === 'stalled' ? query : undefined
  }

  #isEvery(states: readonly SweepQueryState[]): boolean {
    for (const { state } of this.#all.values()) if (!states.includes(state)) return false
    return true
  }
}
