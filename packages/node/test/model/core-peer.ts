// The values of the model of a core: ids are numbers, and everything that is compared is text with
// its parts in one order. The rules about addresses are written here a second time, for the few
// addresses of these worlds.

import { type Id, idFromBigInt, idToBigInt, idToHex, idView, isLocalAddress } from '@dht/id'
import {
  type Contact,
  compactEndpoint,
  contact,
  type Endpoint,
  formatEndpoint,
  type Network,
} from '@dht/krpc'
import type { Limit } from '../../../routing-table/test/model/facts.ts'
import type { Node } from '../../../routing-table/test/support/world.ts'
import type { CoreConfig } from '../../src/core/config/core-options.ts'

/** A contact in the form that the model of a table takes. */
export interface Peer {
  readonly id: Id
  readonly address: string
  readonly value: bigint
  readonly contact: Contact
  /** Id and address, as the model of a table shows them. */
  readonly key: string
}

export function peerOf(id: Id, endpoint: Endpoint): Peer {
  const address = formatEndpoint(endpoint)
  const made = contact(id, endpoint)
  return { id, address, value: idToBigInt(id), contact: made, key: `${idToHex(id)}@${address}` }
}

/** The key of the peer with this id and endpoint. */
export const keyFor = (id: Id, endpoint: Endpoint): string =>
  `${idToHex(id)}@${formatEndpoint(endpoint)}`

/** Cached by contact, because every contact is compared after every step. */
const peers = new WeakMap<Contact, Peer>()

export function peerOfContact(contact: Contact): Peer {
  const known = peers.get(contact)
  if (known !== undefined) return known
  const peer = peerOf(contact.id, contact.endpoint)
  peers.set(contact, peer)
  return peer
}

export const numberOf = (id: Uint8Array): bigint => idToBigInt(idView(id))

export const idOf = (value: bigint, network: Network): Id => idFromBigInt(value, network.idLength)

/** How many leading bits two ids share. */
export function shared(a: bigint, b: bigint, network: Network): number {
  const far = a ^ b
  return 8 * network.idLength - (far === 0n ? 0 : far.toString(2).length)
}

const PAIRS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

export function hex(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += PAIRS[byte]
  return text
}

/** Any value as text: contacts and endpoints by their keys, bytes in hex, fields by name. */
export function textOf(value: unknown): string {
  if (value instanceof Uint8Array) return hex(value)
  if (Array.isArray(value)) return `[${value.map(textOf).join(' ')}]`
  if (typeof value !== 'object' || value === null) return String(value)
  const fields = value as Record<string, unknown>
  if (fields['compact'] instanceof Uint8Array) return peerOfContact(value as Contact).key
  if (isEndpoint(fields)) return formatEndpoint(fields)
  const names = Object.keys(fields).filter((name) => fields[name] !== undefined)
  return `{${names
    .sort()
    .map((name) => `${name}: ${textOf(fields[name])}`)
    .join(', ')}}`
}

function isEndpoint(fields: object): fields is Endpoint {
  return 'address' in fields && 'port' in fields && 'family' in fields
}

/** Whether an endpoint can be reached from anywhere, as far as these worlds have such addresses. */
export function isPublic({ address, family }: Endpoint): boolean {
  if (family === 6) return !/^(::|fe[89ab]|ff)/.test(address)
  const first = Number(address.split('.')[0])
  return first !== 0 && first !== 127 && first < 224
}

/** Whether an endpoint is a unicast address and port. */
export function isOneNode(endpoint: Endpoint): boolean {
  const isNear = /^(127\.|::1$|fe[89ab])/.test(endpoint.address)
  return endpoint.port > 0 && (isPublic(endpoint) || isNear)
}

/**
 * An endpoint that is not routable is accepted only from a responder that is not routable itself.
 * One that is not unicast is never accepted.
 */
export const isCredible = (endpoint: Endpoint, from: Endpoint): boolean =>
  isOneNode(endpoint) && (isPublic(endpoint) || !isPublic(from))

/** The host of an endpoint: an IPv4 address, or 64 bits of an IPv6 address. */
export function sourceOf(endpoint: Endpoint): string {
  if (endpoint.family === 4) return endpoint.address
  return hex(compactEndpoint(endpoint)).slice(0, 16)
}

const isLocal = (endpoint: Endpoint): boolean =>
  isLocalAddress(compactEndpoint(endpoint).slice(0, -2))

/** The /24 or /48 of a sender that stores an item; a local address has none. */
export function subnetKeyOf(endpoint: Endpoint): string | undefined {
  if (isLocal(endpoint)) return undefined
  return hex(compactEndpoint(endpoint)).slice(0, endpoint.family === 4 ? 6 : 12)
}

/** How many contacts of one host, and of one subnet, the table of a core holds. */
export function limitsOf(config: CoreConfig): readonly Limit[] {
  const most = (count: number) => (count === 0 ? Number.POSITIVE_INFINITY : count)
  const endpointOf = (one: Node) => (one as Peer).contact.endpoint
  return [
    {
      keyOf: (one) => (subnetKeyOf(endpointOf(one)) ? sourceOf(endpointOf(one)) : undefined),
      perBucket: most(config.contactsPerAddressInBucket),
      perTable: most(config.contactsPerAddress),
    },
    {
      keyOf: (one) => subnetKeyOf(endpointOf(one)),
      perBucket: most(config.contactsPerSubnetInBucket),
      perTable: most(config.contactsPerSubnet),
    },
  ]
}

/** Endpoints with equal keys count as one node in a lookup. */
export function hostKeyOf(endpoint: Endpoint, network: Network): string {
  const isOne = network.oneNodePerAddress && !isLocal(endpoint)
  return isOne ? sourceOf(endpoint) : formatEndpoint(endpoint)
}

/** Endpoints with equal keys share the places of one address in a lookup. */
export function addressKeyOf(endpoint: Endpoint): string {
  return isLocal(endpoint) ? formatEndpoint(endpoint) : sourceOf(endpoint)
}

/** Endpoints with equal keys share the places of one subnet in a sweep: a /24, or a /48 of IPv6. */
export function sweepSubnetOf(endpoint: Endpoint): string {
  if (isLocal(endpoint)) return formatEndpoint(endpoint)
  if (endpoint.family === 6) return hex(compactEndpoint(endpoint)).slice(0, 12)
  return endpoint.address.split('.').slice(0, 3).join('.')
}

export const sameEndpoint = (a: Endpoint, b: Endpoint): boolean =>
  a === b || (a.port === b.port && a.address === b.address)

/** A rate with a burst. */
export class Allowance {
  readonly #perMs: number
  readonly #burst: number
  #left: number
  #at: number | undefined

  constructor(perSecond: number, burst: number) {
    this.#perMs = perSecond / 1000
    this.#burst = burst
    this.#left = burst
  }

  leftAt(now: number): number {
    const passed = Math.max(0, now - (this.#at ?? now))
    return passed === 0 ? this.#left : Math.min(this.#burst, this.#left + passed * this.#perMs)
  }

  take(count: number, now: number): boolean {
    this.#left = this.leftAt(now)
    this.#at = Math.max(this.#at ?? now, now)
    if (this.#left < 1) return false
    this.#left -= count
    return true
  }

  readyAt(now: number): number {
    const left = this.leftAt(now)
    return left >= 1 ? now : now + Math.ceil((1 - left) / this.#perMs)
  }
}
