// Where a core gets its contacts from. A core on its own makes each contact as it needs it. Only a
// simulator gives its cores another source: thousands of cores in one process know the same nodes,
// and save memory and time when they share one object for each.

import type { Id } from '@dht/id'
import {
  type Contact,
  contact,
  contactsFromCompact,
  type Endpoint,
  type Family,
  type Nodes,
} from '@dht/krpc'

export interface ContactSource {
  /** As the function `contact` of `@dht/krpc`. */
  contact(id: Id, endpoint: Endpoint): Contact
  /** As `contactsFromCompact` of `@dht/krpc`. */
  fromCompact(nodes: Nodes, idLength: number, family: Family): Contact[]
}

export const newContacts: ContactSource = { contact, fromCompact: contactsFromCompact }
