// A contact of our own. The table needs only its id; everything else, such as its address, is up to
// you.

import { type Id, type Identified, idFromBytes } from '@dht/id'

/** A contact with a name and an id of one byte, so that an id is easy to read. */
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
