// Reads the contacts and endpoints in a response, and leaves out those that must not be used. A
// private or loopback address means another host on each machine and link, so it is accepted only
// from a responder that has such an address itself. Otherwise any responder could make this node
// query other services of its own network. An address that is not unicast is never accepted. Where
// all nodes have ids that follow their addresses, nor is a contact with another id.

import {
  type Contact,
  type Endpoint,
  endpointFromCompact,
  type Family,
  isRoutable,
  isUnicast,
  type Response,
} from '@dht/krpc'
import type { ContactSource } from '../contact-source.ts'

/** What is needed to read the contacts in a response. */
export interface ContactReader {
  readonly family: Family
  readonly idLength: number
  readonly contacts: ContactSource
  /** Whether a contact has the id or an endpoint of this node. */
  isOurs(contact: Contact): boolean
  /** Whether the address of a contact allows its id. */
  allowsId(contact: Contact): boolean
}

/** The contacts of one family in a response from `from`, 0..20, without this node itself. */
export function closerNodes(response: Response, from: Contact, reader: ContactReader): Contact[] {
  const isRemote = from.isRoutable
  const isCredible = (each: Contact): boolean =>
    (isRemote ? each.isRoutable : each.isUnicast) && !reader.isOurs(each) && reader.allowsId(each)
  return reportedContacts(response, reader).filter(isCredible)
}

/** All contacts of one family in a response, 0..20, whether or not they may be used. */
export function reportedContacts(
  response: Response,
  { family, idLength, contacts }: Omit<ContactReader, 'isOurs' | 'allowsId'>,
): Contact[] {
  const raw = family === 4 ? response.nodes : response.nodes6
  return raw === undefined ? [] : contacts.fromCompact(raw, idLength, family)
}

/** The peers in a response from `from`, as endpoints. */
export function reportedEndpoints(response: Response, from: Contact): Endpoint[] {
  const endpoints = (response.values ?? [])
    .map(endpointFromCompact)
    .filter((e): e is Endpoint => e !== undefined)
  return endpoints.filter(from.isRoutable ? isRoutable : isUnicast)
}
