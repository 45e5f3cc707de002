// What one node says of others, as far as it may be believed. Only a neighbour on this machine or
// link can know others at addresses that mean something else everywhere; a stranger who names such
// addresses would have us ask, or hand on, whatever else listens here.

import {
  type Contact,
  type ContactPool,
  contactsFromCompact,
  type Endpoint,
  endpointFromCompact,
  type Family,
  isRoutable,
  type Response,
} from '@dht/krpc'

/** The contacts of one family that `from` named, 0..20. */
export function hearsay(
  response: Response,
  from: Contact,
  wire: { readonly family: Family; readonly idLength: number; readonly pool: ContactPool },
): Contact[] {
  const { family, idLength, pool } = wire
  const raw = family === 4 ? response.nodes : response.nodes6
  if (raw === undefined) return []
  const contacts = contactsFromCompact(raw, idLength, family, pool)
  return from.isRoutable ? contacts.filter((contact) => contact.isRoutable) : contacts
}

/** The endpoints that `from` has registered under what was asked for. */
export function endpointsHeardOf(response: Response, from: Contact): Endpoint[] {
  const endpoints = (response.values ?? [])
    .map(endpointFromCompact)
    .filter((e): e is Endpoint => e !== undefined)
  return from.isRoutable ? endpoints.filter(isRoutable) : endpoints
}
