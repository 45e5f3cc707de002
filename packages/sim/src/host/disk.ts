// The disk of a host: what of a node outlives its process. An honest core leaves its state as it
// is; the facade's own keeper leaves the bytes of its state file.

import type { Contact, Family } from '@dht/krpc'
import type { CoreState } from '@dht/node/core'

export class Disk {
  /** The last state saved by a core. */
  state: CoreState | undefined
  /** The state file of a facade. */
  file: Uint8Array | undefined

  /**
   * Saves like the shell's keeper: contacts once known are worth more than none, so an empty table
   * never takes their place.
   */
  save(state: CoreState): void {
    const known = this.state?.contacts ?? []
    const contacts = ([4, 6] as const).flatMap((family) => {
      const fresh = ofFamily(state.contacts, family)
      return fresh.length > 0 ? fresh : ofFamily(known, family)
    })
    this.state = { ...state, contacts }
  }

  /** Everything on it is lost. */
  wipe(): void {
    this.state = undefined
    this.file = undefined
  }
}

function ofFamily(contacts: readonly Contact[], family: Family): Contact[] {
  return contacts.filter((each) => each.family === family)
}
