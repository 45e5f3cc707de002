// Gives the core the endpoints of the bootstrap list: addresses at once, those of names as they are
// found. Warns of items that can't be used.

import { type Endpoint, endpoint, type Family, formatEndpoint } from '@dht/krpc'
import { MAX_BOOTSTRAP } from '../core/overlay/join-attempt.ts'
import type { Clock } from '../ports/clock.ts'
import type { MachineAddress } from '../ports/platform.ts'
import type { Resolver } from '../ports/resolver.ts'
import type { Warn } from '../warnings.ts'
import type { BootstrapItem } from './bootstrap-list.ts'
import { NameLookup } from './name-lookup.ts'
import { OwnEndpoints } from './own-endpoints.ts'

export interface BootstrapParts {
  readonly items: readonly BootstrapItem[]
  /** The endpoints that our own sockets are bound to. */
  readonly bound: readonly Endpoint[]
  /** The addresses of this machine. */
  readonly addresses: readonly MachineAddress[]
  readonly resolvers: readonly Resolver[]
  readonly clock: Clock
  readonly warn: Warn
  /**
   * @param told - all that are known by now: of the list, in its order, and those added, the latest
   *   first; and whether names are being looked up
   */
  readonly tell: (told: BootstrapEndpoints) => void
}

export interface BootstrapEndpoints {
  readonly listed: readonly Endpoint[]
  readonly added: readonly Endpoint[]
  readonly isPending: boolean
}

/** Added endpoints that are kept: ours. Beyond that, the oldest is forgotten. */
const MAX_KEPT = 64

interface Known {
  readonly endpoint: Endpoint
  readonly text: string
}

export class Bootstrap {
  readonly #parts: BootstrapParts
  readonly #names: ReadonlyMap<string, NameLookup>
  readonly #own: OwnEndpoints
  readonly #families: ReadonlySet<Family>
  readonly #itemsOf = new Map<string, BootstrapItem[]>()
  /** The endpoints of each item that are known by now. */
  readonly #known = new Map<BootstrapItem, readonly Known[]>()
  /** Names whose look-up may soon give addresses. */
  readonly #awaited = new Set<NameLookup>()
  /** The endpoints that were told last, and how many of each family. */
  #told: ReadonlySet<string> = new Set()
  #toldOf: Readonly<Record<Family, number>> = { 4: 0, 6: 0 }
  /** Endpoints that are not on the list, by text; the one added last is the last. */
  readonly #added = new Map<string, Endpoint>()
  #isClosed = false

  constructor(parts: BootstrapParts) {
    this.#parts = parts
    this.#own = new OwnEndpoints(parts.bound, parts.addresses)
    this.#families = new Set(parts.bound.map(({ family }) => family))
    const changed = (lookup: NameLookup): void => this.#changed(lookup)
    const { items, resolvers, clock } = parts
    for (const item of items) {
      if (item.kind !== 'name') continue
      const others = this.#itemsOf.get(item.host)
      if (others === undefined) this.#itemsOf.set(item.host, [item])
      else others.push(item)
    }
    const hosts = [...this.#itemsOf.keys()]
    this.#names = new Map(
      hosts.map((host) => [host, new NameLookup(host, { resolvers, clock, changed })]),
    )
  }

  /** Tells the endpoints that are known, and looks the names up. */
  seek(): void {
    // A node that closes may lose its contacts while it withdraws what it published.
    if (this.#isClosed) return
    for (const name of this.#names.values()) {
      name.start()
      if (name.isAwaited) this.#awaited.add(name)
    }
    for (const item of this.#parts.items) this.#read(item)
    this.#tell()
  }

  /** Whether it is not this node's own endpoint, and this node has a socket for its family. */
  isUsable(endpoint: Endpoint): boolean {
    return this.#families.has(endpoint.family) && !this.#own.has(endpoint)
  }

  /** Adds a usable endpoint that is not on the list, and tells all at once. */
  add(endpoint: Endpoint): void {
    if (this.#isClosed) return
    const text = formatEndpoint(endpoint)
    this.#added.delete(text)
    this.#added.set(text, endpoint)
    const [oldest] = this.#added.keys()
    if (this.#added.size > MAX_KEPT) this.#added.delete(oldest!)
    this.#tell()
  }

  /** Ends all look-ups and starts no more. */
  close(): void {
    this.#isClosed = true
    for (const name of this.#names.values()) name.close()
  }

  #changed(name: NameLookup): void {
    const { host, addresses, isAwaited, failure } = name
    if (!isAwaited && addresses.length === 0) {
      this.#parts.warn('DHT_BOOTSTRAP_NAME', `bootstrap: no address found for ${host}`, failure)
    }
    const items = this.#itemsOf.get(host)!
    for (const item of items) this.#read(item)
    const isLast = !isAwaited && this.#awaited.delete(name) && this.#awaited.size === 0
    if (isLast || this.#areOfUse(items)) this.#tell()
  }

  /**
   * Whether these items add an endpoint of a family of which fewer were told than one join attempt
   * queries. Telling the whole list for each of many names would take quadratic time. What is not
   * told now is told when the last look-up has ended, or at the next `seek`.
   */
  #areOfUse(items: readonly BootstrapItem[]): boolean {
    const known = items.flatMap((item) => this.#known.get(item)!)
    return known.some(({ endpoint: { family }, text }) => {
      return this.#toldOf[family] < MAX_BOOTSTRAP && !this.#told.has(text)
    })
  }

  #tell(): void {
    const known = this.#parts.items.flatMap((item) => this.#known.get(item)!)
    const endpoints = known.map((each) => each.endpoint)
    const ofFour = endpoints.filter(({ family }) => family === 4).length
    this.#told = new Set(known.map(({ text }) => text))
    this.#toldOf = { 4: ofFour, 6: endpoints.length - ofFour }
    const added = [...this.#added.values()].reverse()
    this.#parts.tell({ listed: endpoints, added, isPending: this.#awaited.size > 0 })
  }

  #read(item: BootstrapItem): void {
    const all =
      item.kind === 'endpoint'
        ? [item.endpoint]
        : this.#names.get(item.host)!.addresses.map((address) => endpoint(address, item.port))
    const ofOurFamilies = all.filter(({ family }) => this.#families.has(family))
    const others = ofOurFamilies.filter((each) => !this.#own.has(each))
    if (all.length > 0 && ofOurFamilies.length === 0) {
      const what = `it is IPv${all[0]!.family}, for which this node has no socket`
      this.#parts.warn('DHT_BOOTSTRAP_FAMILY', `bootstrap ${item.text}: ${what}`)
    }
    if (others.length < ofOurFamilies.length) {
      this.#parts.warn('DHT_BOOTSTRAP_SELF', `bootstrap ${item.text}: this is the node itself`)
    }
    const known = others.map((each) => ({ endpoint: each, text: formatEndpoint(each) }))
    this.#known.set(item, known)
  }
}
