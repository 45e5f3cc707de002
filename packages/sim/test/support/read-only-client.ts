// A client that queries nodes for contacts. It is read-only, so no node adds it to a table or pings
// it, and its queries are no sign of life.

import { type Id, idFromBytes } from '@dht/id'
import {
  type Contact,
  contactsFromCompact,
  decodeMessage,
  type Endpoint,
  encodeMessage,
  formatEndpoint,
  type Query,
} from '@dht/krpc'
import { type Host, NO_EFFECTS, type Process, type World } from '@dht/sim'

/** Longer than any round trip, also to a slow host, ms. */
const RESPONSE_MS = 6_500

/** What one node returned for one query. */
export interface Told {
  readonly host: Host
  readonly contacts: readonly Contact[]
}

export class ReadOnlyClient implements Process {
  readonly #world: World
  readonly #host: Host
  readonly #told: Told[] = []
  readonly #asked = new Map<string, Host>()

  constructor(world: World) {
    this.#world = world
    this.#host = world.addHost()
    this.#host.run(this)
  }

  /**
   * Queries all `hosts` for the nodes nearest to each of `targets`, by both methods that return
   * nodes, and waits for the responses.
   *
   * @throws if a response is missing
   */
  ask(hosts: readonly Host[], targets: readonly Id[]): Told[] {
    for (const host of hosts) {
      this.#asked.set(formatEndpoint(host.endpoint), host)
      for (const target of targets) {
        this.#send({ method: 'find_node', target }, host)
        this.#send({ method: 'get_peers', target }, host)
      }
    }
    this.#world.advance(RESPONSE_MS)
    const told = this.#told.splice(0)
    const wanted = 2 * hosts.length * targets.length
    if (told.length === wanted) return told
    throw new Error(`expected ${wanted} responses, got ${told.length}`)
  }

  receive(bytes: Uint8Array, from: Endpoint): typeof NO_EFFECTS {
    const { protocol } = this.#world
    const message = decodeMessage(bytes, protocol)
    const host = this.#asked.get(formatEndpoint(from))
    if (message.kind === 'response' && message.nodes !== undefined && host !== undefined) {
      const contacts = contactsFromCompact(message.nodes, protocol.idLength, 4)
      this.#told.push({ host, contacts })
    }
    return NO_EFFECTS
  }

  handleTimeout(): typeof NO_EFFECTS {
    return NO_EFFECTS
  }

  nextTimeout(): undefined {}

  #send(content: { readonly method: 'find_node' | 'get_peers'; readonly target: Id }, to: Host) {
    const { protocol } = this.#world
    const id = idFromBytes(new Uint8Array(protocol.idLength).fill(9))
    const head = { kind: 'query', transactionId: Uint8Array.of(7, 7), id, readOnly: true } as const
    const query: Query = { ...head, ...content }
    this.#host.send(encodeMessage(query, protocol), to.endpoint)
  }
}
