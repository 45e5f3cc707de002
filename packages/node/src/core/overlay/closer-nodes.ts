// What one node says of others, as far as it may be believed. Only a neighbour on this machine or
// link can know others at addresses that mean something else everywhere; a stranger who names such
// addresses would have us ask, or hand on, whatever else listens here. An address of nobody or of
// many nodes is believed from nobody.

import {
  type Contact,
  type ContactPool,
  type Endpoint,
  endpointFromCompact,
  type Family,
  isRoutable,
  isUnicast,
  type Response,
} from '@dht/krpc'

/** What a node needs to know to read what others say. */
export interface ReadingContext {
  readonly family: Family
  readonly idLength: number
  readonly pool: ContactPool
  /** Whether a contact is this node itself, or pretends to be. */
  isOurs(contact: Contact): boolean
}

/** The contacts of one family that `from` named, 0..20, but for ourselves. */
export function closerNodes(response: Response, from: Contact, ear: ReadingContext): Contact[] {
  const { family, idLength, pool } = ear
  const raw = family === 4 ? response.nodes : response.nodes6
  if (raw === undefined) return []
  const isFar = from.isRoutable
  const isCredible = (each: Contact): boolean =>
    (isFar ? each.isRoutable : each.isUnicast) && !ear.isOurs(each)
  return pool.fromCompact(raw, idLength, family).filter(isCredible)
}

/** The endpoints that `from` has registered under what was asked for. */
export function reportedEndpoints(response: Response, from: Contact): Endpoint[] {
  const endpoints = (response.values ?? [])
    .map(endpointFromCompact)
    .filter((e): e is Endpoint => e !== undefined)
  return endpoints.filter(from.isRoutable ? isRoutable : isUnicast)
}
