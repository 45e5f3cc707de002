// A contact of our own making. The table asks for nothing but an id: what else a contact is, where
// it lives and how one talks to it, is up to you.

import { type Id, type Identified, idFromBytes } from '@dht/id'

/** Somebody with a name and an id of one byte: a world of 256 places fits on a page. */
export interface Friend extends Identified {
  readonly name: string
}

/** @param place - 0 to 255 */
export function friend(name: string, place: number): Friend {
  return { name, id: idFromBytes(Uint8Array.of(place)) }
}

/** An id's eight bits, as text. */
export function bitsOf(id: Id): string {
  return (id[0] ?? 0).toString(2).padStart(8, '0')
}
