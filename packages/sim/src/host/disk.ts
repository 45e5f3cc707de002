// The disk of a host: what remains of a node after its process has ended. An honest core saves its
// state as an object. A node created by `createNode` saves the bytes of its state file.

import type { Contact, Family } from '@dht/krpc'
import type { CoreState } from '@dht/node/core'

export class Disk {
  /** The state that a core saved last. */
  state: CoreState | undefined
  /** The state file of a node created by `createNode`. */
  file: Uint8Array | undefined

  /**
   * Saves a state as the shell of `@dht/node` does: contacts of a family are kept from the earlier
   * state if the new state has none of that family.
   */
  save(state: CoreState): void {
    const known = this.state?.contacts ?? []
    const contacts = ([4, 6] as const).flatMap((family) => {
      const fresh = ofFamily(state.contacts, family)
      return fresh.length > 0 ? fresh : ofFamily(known, family)
    })
    this.state = { ...state, contacts }
  }

  /** Deletes everything on the disk. */
  wipe(): void {
    this.state = undefined
    this.file = undefined
  }
}

function ofFamily(contacts: readonly Contact[], family: Family): Contact[] {
  return contacts.filter((each) => each.family === family)
}
