// The nodes that a relay tells its clients to begin with. A browser resolves no names, so the relay
// does, again from time to time.

import { lookup } from 'node:dns/promises'
import {
  addressBytes,
  type Endpoint,
  endpoint,
  type Family,
  formatEndpoint,
  parseEndpoint,
} from '@dht/krpc'
import { optionError } from '../errors.ts'
import { MAX_NODES } from '../protocol/hello.ts'

/** Time after which names are looked up again, ms: ours. */
const RENEW_MS = 10 * 60_000

/** The addresses of a name. */
export type NameResolver = (host: string) => Promise<readonly string[]>

export const systemNames: NameResolver = async (host) =>
  (await lookup(host, { all: true })).map(({ address }) => address)

/** A `host:port` of the list. */
interface Place {
  readonly host: string
  readonly port: number
}

export class BootstrapNodes {
  readonly #resolver: NameResolver
  readonly #places: ReadonlyMap<string, readonly Place[]>
  readonly #known = new Map<Place, readonly Endpoint[]>()
  #texts: ReadonlySet<string> = new Set()
  #renewedAt = Number.NEGATIVE_INFINITY

  /**
   * @param lists - `host:port` of nodes, by the name of their network
   * @throws {RelayError} naming the first one that can't be read
   */
  constructor(lists: Readonly<Record<string, readonly string[]>>, resolver: NameResolver) {
    this.#resolver = resolver
    this.#places = new Map(
      Object.entries(lists).map(([network, list]) => [network, placesOf(network, list)]),
    )
  }

  /** What a client of this network and family is told. */
  of(network: string, family: Family): readonly Endpoint[] {
    const places = this.#places.get(network) ?? []
    const known = places.flatMap((place) => this.#known.get(place) ?? [])
    return known.filter((each) => each.family === family).slice(0, MAX_NODES)
  }

  has(at: Endpoint): boolean {
    return this.#texts.size > 0 && this.#texts.has(formatEndpoint(at))
  }

  /** Looks all names up, unless that was done lately. Never rejects. */
  async renew(now: number): Promise<void> {
    if (now - this.#renewedAt < RENEW_MS) return
    this.#renewedAt = now
    const places = [...this.#places.values()].flat()
    await Promise.all(places.map((place) => this.#find(place)))
  }

  async #find(place: Place): Promise<void> {
    const { host, port } = place
    try {
      const isAddress = addressBytes(host) !== undefined
      const addresses = isAddress ? [host] : await this.#resolver(host)
      this.#known.set(
        place,
        addresses.map((address) => endpoint(address, port)),
      )
    } catch {
      // What was found last is kept; a name without an address is looked up again later.
    }
    this.#texts = new Set([...this.#known.values()].flat().map(formatEndpoint))
  }
}

function placesOf(network: string, list: readonly string[]): readonly Place[] {
  if (!Array.isArray(list)) throw optionError(`bootstrap.${network}`, 'a list', list)
  return list.map((text) => placeOf(network, text))
}

function placeOf(network: string, text: string): Place {
  const [, host, port] = /^([^\s:[\]]+):([1-9]\d{0,4})$/.exec(text) ?? []
  if (host !== undefined && Number(port) <= 65_535) return { host, port: Number(port) }
  try {
    const { address, port: of6 } = parseEndpoint(text)
    return { host: address, port: of6 }
  } catch {
    throw optionError(`bootstrap.${network}`, 'texts such as host:6881 or [::1]:6881', text)
  }
}
