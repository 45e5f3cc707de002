// How a lookup moves toward its target: which contact it queries next, and when the nearest nodes
// are known. There is one way today, the lookup of @dht/search; another way, such as disjoint
// paths, has to implement this interface.

import type { Id } from '@dht/id'
import type { Contact } from '@dht/krpc'
import {
  Lookup,
  type LookupResponse,
  type LookupStep,
  type ResponseVerdict,
  type Tally,
  type WriteTarget,
} from '@dht/search'
import type { OverlayParts } from '../overlay/overlay-parts.ts'
import type { Services } from '../services.ts'

export interface Walk {
  /** The next step; a contact to ask counts as asked from this moment. */
  next(): LookupStep<Contact>
  responded(asked: Contact, response: LookupResponse<Contact>): ResponseVerdict
  /** The response is late: another contact may be queried meanwhile. */
  stalled(asked: Contact): void
  failed(asked: Contact): void
  abort(): void
  readonly isDone: boolean
  /** Each of the k nearest has responded or stalled, or the walk is done. */
  readonly waitsForStalledOnly: boolean
  /** How many of the k nearest were queried and have not responded or failed. */
  readonly pending: number
  /** What the walk cost so far. */
  readonly tally: Tally
  /** The k nearest that responded, nearest first. */
  closest(): Contact[]
  /** Those of the k nearest, silent ones included, that gave a token, nearest first. */
  writeTargets(): readonly WriteTarget<Contact>[]
}

/** @param from - the overlay to walk in, and the contacts to start from */
export function walkToward(
  target: Id,
  from: { readonly overlay: OverlayParts; readonly startingContacts: readonly Contact[] },
  { config }: Services,
): Walk {
  const { ownId, addresses } = from.overlay
  return new Lookup<Contact>(
    {
      target,
      self: ownId.id,
      startingContacts: from.startingContacts,
      selfAddresses: [addresses.ownHostKey],
    },
    { k: config.k, alpha: config.alpha, addressOf: (each) => addresses.hostKeyOf(each) },
  )
}
