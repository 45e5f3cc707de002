// The contacts of all cores of one world, one object for each node. Without it an event among 100
// nodes takes half as much time again, because each core makes each contact anew.

import type { Id } from '@dht/id'
import {
  type CompactSpan,
  type Contact,
  type ContactMaker,
  contact,
  contactAt,
  type Endpoint,
  endpointKey,
  endpointKeyAt,
  type Family,
  type Nodes,
  readContacts,
} from '@dht/krpc'
import type { ContactSource } from '@dht/node/core'

export class SharedContacts implements ContactSource {
  readonly #mostContacts: number
  /** By the key of its endpoint, the latest contact there. */
  readonly #known = new Map<string, Contact>()

  /** @param mostContacts - number of contacts after which all are forgotten */
  constructor(mostContacts: number) {
    this.#mostContacts = mostContacts
  }

  contact(id: Id, endpoint: Endpoint): Contact {
    const known = this.#known.get(endpointKey(endpoint))
    return known?.hasId(id) ? known : this.#add(contact(id, endpoint))
  }

  fromCompact(nodes: Nodes, idLength: number, family: Family): Contact[] {
    return readContacts(nodes, { idLength, family }, this.#at)
  }

  readonly #at: ContactMaker = (bytes, span) => {
    const known = this.#known.get(endpointKeyAt(bytes, span.middle, span.end))
    if (known !== undefined && isIdAt(known.id, bytes, span)) return known
    return this.#add(contactAt(bytes, span))
  }

  #add(added: Contact): Contact {
    if (this.#known.size >= this.#mostContacts) this.#known.clear()
    this.#known.set(added.endpointKey, added)
    return added
  }
}

/** Whether the contact at this place has this id. */
function isIdAt(id: Id, bytes: Uint8Array, { start, middle }: CompactSpan): boolean {
  if (id.length !== middle - start) return false
  for (let i = 0; i < id.length; i++) if (bytes[start + i] !== id[i]) return false
  return true
}
