// Ids and contacts as messages have them. A core has bytes and contacts, a facade has plain data:
// both are read here, so that a live node and a simulated one are told in the same way.

import { type Id, idToHex, idView } from '@dht/id'
import { type Contact, type Endpoint, formatEndpoint } from '@dht/krpc'
import type { Peer } from '../protocol.ts'

/** A contact as the facade of a node returns it. */
interface PlainContact extends Endpoint {
  readonly id: string
}

/** `T` as a core or as a facade returns it. */
export type Told<T> = T extends Contact
  ? Contact | PlainContact
  : T extends Uint8Array
    ? Uint8Array | string
    : T extends object
      ? { readonly [K in keyof T]: Told<T[K]> }
      : T

/** Contacts are immutable and come again and again. */
const peers = new WeakMap<object, Peer>()

export function hexOf(id: Told<Id>): string {
  return typeof id === 'string' ? id : idToHex(idView(id))
}

export function peerOf(contact: Told<Contact>): Peer {
  const known = peers.get(contact)
  if (known !== undefined) return known
  const endpoint = 'endpoint' in contact ? contact.endpoint : contact
  const peer = { id: hexOf(contact.id), endpoint: formatEndpoint(endpoint) }
  peers.set(contact, peer)
  return peer
}

/** Instants and spans need no more than a tenth of a millisecond. */
export function roundMs(ms: number): number {
  return Math.round(ms * 10) / 10
}

/** The property with its instant, if there is one. */
export function optionalMs<Name extends string>(
  name: Name,
  ms: number | undefined,
): Partial<Record<Name, number>> {
  return ms === undefined ? {} : ({ [name]: roundMs(ms) } as Record<Name, number>)
}
