// Where the network may be found: tells the core each entry of the bootstrap list as soon as it is
// known, addresses at once and those of names as they are found. Warns of entries that lead
// nowhere.

import { type Endpoint, endpoint, type Family, formatEndpoint } from '@dht/krpc'
import type { BootstrapEntry } from './bootstrap-list.ts'
import { NameLookup } from './name-lookup.ts'
import { ownEndpoints } from './own-endpoints.ts'
import type { Clock } from './ports/clock.ts'
import type { Resolver } from './ports/resolver.ts'
import type { Warn } from './warnings.ts'

export interface BootstrapParts {
  readonly entries: readonly BootstrapEntry[]
  /** What our own sockets are bound to. */
  readonly bound: readonly Endpoint[]
  readonly resolvers: readonly Resolver[]
  readonly clock: Clock
  readonly warn: Warn
  /**
   * @param endpoints - all that are known now, in the order of the list
   * @param isPending - whether names are being looked up
   */
  readonly tell: (endpoints: readonly Endpoint[], isPending: boolean) => void
}

export class Bootstrap {
  readonly #parts: BootstrapParts
  readonly #names: ReadonlyMap<string, NameLookup>
  readonly #own: ReadonlySet<string>
  readonly #families: ReadonlySet<Family>
  #isClosed = false

  constructor(parts: BootstrapParts) {
    this.#parts = parts
    this.#own = ownEndpoints(parts.bound)
    this.#families = new Set(parts.bound.map(({ family }) => family))
    const changed = (lookup: NameLookup): void => this.#changed(lookup)
    const { entries, resolvers, clock } = parts
    const hosts = entries.flatMap((entry) => (entry.kind === 'name' ? [entry.host] : []))
    this.#names = new Map(
      hosts.map((host) => [host, new NameLookup(host, { resolvers, clock, changed })]),
    )
  }

  /** Tells what is known, and looks the names up. */
  seek(): void {
    // A node that closes may still find itself alone while it takes back what it published.
    if (this.#isClosed) return
    for (const name of this.#names.values()) name.start()
    this.#tell()
  }

  /** Ends all look-ups; none begins any more. */
  close(): void {
    this.#isClosed = true
    for (const name of this.#names.values()) name.close()
  }

  #changed({ host, addresses, isAwaited, failure }: NameLookup): void {
    if (!isAwaited && addresses.length === 0) {
      this.#parts.warn('DHT_BOOTSTRAP_NAME', `bootstrap: no address found for ${host}`, failure)
    }
    this.#tell()
  }

  #tell(): void {
    const endpoints = this.#parts.entries.flatMap((entry) => this.#endpointsOf(entry))
    this.#parts.tell(
      endpoints,
      [...this.#names.values()].some(({ isAwaited }) => isAwaited),
    )
  }

  #endpointsOf(entry: BootstrapEntry): Endpoint[] {
    const all =
      entry.kind === 'endpoint'
        ? [entry.endpoint]
        : this.#names.get(entry.host)!.addresses.map((address) => endpoint(address, entry.port))
    const ofOurFamilies = all.filter(({ family }) => this.#families.has(family))
    const others = ofOurFamilies.filter((each) => !this.#own.has(formatEndpoint(each)))
    if (all.length > 0 && ofOurFamilies.length === 0) {
      const what = `it is IPv${all[0]!.family}, for which this node has no socket`
      this.#parts.warn('DHT_BOOTSTRAP_FAMILY', `bootstrap ${entry.text}: ${what}`)
    }
    if (others.length < ofOurFamilies.length) {
      this.#parts.warn('DHT_BOOTSTRAP_SELF', `bootstrap ${entry.text}: this is the node itself`)
    }
    return others
  }
}
