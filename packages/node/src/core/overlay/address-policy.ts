// Everything that one address family's overlay believes about addresses: its own endpoint, the
// configured routers, the address at which others see the node, which reported contacts may be
// used, and which endpoints count as one host. Knows nothing of queries and of the routing table.

import {
  type Contact,
  type Endpoint,
  endpointKey,
  type Family,
  formatEndpoint,
  type Response,
  sameEndpoint,
} from '@dht/krpc'
import type { Services } from '../services.ts'
import { AddressVotes } from './address-votes.ts'
import { closerNodes } from './closer-nodes.ts'
import { hostKeyOf, isLocal } from './host-key.ts'
import { type LookupLimits, lookupLimitsOf } from './lookup-limits.ts'
import { hasSecureId, mandatoryRule } from './overlay-options.ts'
import type { OwnId } from './own-id.ts'
import { endpointOnThisMachine } from './this-machine.ts'

export class AddressPolicy {
  readonly family: Family
  /** How many contacts of one host, and of one subnet, a lookup queries. */
  readonly lookupLimits: LookupLimits
  readonly #services: Services
  readonly #ownId: OwnId
  /** The address at which others see this node. */
  readonly #votes = new AddressVotes()
  /** What `establish` was told. */
  #established: string | undefined
  /** Routers as `address:port`. They are asked but never become members (BEP 5 practice). */
  #routers: ReadonlySet<string> = new Set()
  #own: OwnEndpoint

  /** @param init - the endpoint to which this family's transport is bound, and the node's id */
  constructor(init: { readonly local: Endpoint; readonly ownId: OwnId }, services: Services) {
    this.family = init.local.family
    this.#services = services
    this.lookupLimits = lookupLimitsOf(services.config.network, services.sharedAddresses)
    this.#ownId = init.ownId
    this.#own = ownEndpoint(init.local)
  }

  /** The endpoint to which the transport is bound, or was bound last. */
  get local(): Endpoint {
    return this.#own.local
  }

  /**
   * The endpoint at which other programs on this machine reach the node: `local`, or the loopback
   * address where the transport is bound to every address.
   */
  get onThisMachine(): Endpoint {
    return this.#own.onThisMachine
  }

  /** Whether the transport is bound to every address of the machine. */
  get isBoundToAll(): boolean {
    return this.onThisMachine !== this.local
  }

  /** The transport is bound to another endpoint now. */
  moved(local: Endpoint): void {
    this.#own = ownEndpoint(local)
  }

  isSelf(endpoint: Endpoint): boolean {
    return sameEndpoint(this.local, endpoint) || sameEndpoint(this.onThisMachine, endpoint)
  }

  /** Replaces the routers. */
  setRouters(routers: readonly Endpoint[]): void {
    this.#routers = new Set(routers.map(formatEndpoint))
  }

  /** Routers, each as `address:port`. */
  get routers(): readonly string[] {
    return [...this.#routers]
  }

  isRouter({ endpoint }: Contact): boolean {
    return this.#routers.size > 0 && this.#routers.has(formatEndpoint(endpoint))
  }

  /** A response from `from` named `seen` as our endpoint (`ip`, BEP 42), or named none. */
  responseReceived(from: Endpoint, seen: Endpoint | undefined, now: number): void {
    this.#votes.responseReceived(from, seen, now)
  }

  /** This is our external address, whatever the votes say, until another one is established. */
  establish(address: string): void {
    this.#established = address
  }

  /**
   * The address that is established, else the one on which enough responders agree; undefined while
   * they do not.
   */
  externalAddress(now: number): string | undefined {
    return this.#established ?? this.#votes.address(now)
  }

  /** Whether responders of three subnets name other addresses than this one. */
  isContradicted(address: string, now: number): boolean {
    return this.#votes.isContradicted(address, now)
  }

  /** What votes agree on, if three responders of distinct subnets name it. */
  confirmedAddress(now: number): string | undefined {
    return this.#votes.confirmedAddress(now)
  }

  /**
   * Whether a sender is outside the local network of this node, where that is known: the node has
   * an external address, and the sender has neither that one nor a local one.
   */
  isOutside({ address }: Endpoint, now: number): boolean {
    const external = this.externalAddress(now)
    if (external === undefined || isLocal({ address: external })) return true
    return address !== external && !isLocal({ address })
  }

  /** Votes on our address that count at this instant. */
  votes(now: number): number {
    return this.#votes.count(now)
  }

  /** How many votes on our address were ever recorded. */
  get recordedVotes(): number {
    return this.#votes.recorded
  }

  /** The contacts of this family in a response that may be queried, without this node itself. */
  closerNodes(response: Response, from: Contact): Contact[] {
    return this.#closerNodes(this.family, response, from)
  }

  /** The same for the other address family, of a query that wanted both families (BEP 32). */
  closerNodesOfOtherFamily(response: Response, from: Contact): Contact[] {
    return this.#closerNodes(this.family === 4 ? 6 : 4, response, from)
  }

  /** Whether lookups may use a contact: its address allows its id, or no rule is mandatory. */
  allowsId(contact: Contact): boolean {
    const rule = mandatoryRule(this.#services.config)
    return rule === undefined || hasSecureId(contact, rule)
  }

  /** The host key of this node itself. */
  get ownHostKey(): string {
    return hostKeyOf(this.local, this.#services.config.network)
  }

  #closerNodes(family: Family, response: Response, from: Contact): Contact[] {
    const { config, contacts } = this.#services
    const { idLength } = config.network
    const isOurs = (each: Contact): boolean => this.#isOurs(each)
    const allowsId = (each: Contact): boolean => this.allowsId(each)
    return closerNodes(response, from, { family, idLength, contacts, isOurs, allowsId })
  }

  #isOurs(contact: Contact): boolean {
    if (this.#ownId.isOf(contact)) return true
    return this.#own.keys.includes(contact.endpointKey)
  }
}

interface OwnEndpoint {
  readonly local: Endpoint
  readonly onThisMachine: Endpoint
  /** The keys of both. */
  readonly keys: readonly string[]
}

function ownEndpoint(local: Endpoint): OwnEndpoint {
  const onThisMachine = endpointOnThisMachine(local)
  const keys = [...new Set([local, onThisMachine].map(endpointKey))]
  return { local, onThisMachine, keys }
}
