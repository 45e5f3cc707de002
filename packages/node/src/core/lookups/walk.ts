// How a lookup moves toward its target: which contact it queries next, and when the nearest nodes
// are known. There is one way today, the `RegionLookup` of @dht/search; another has to implement
// this interface.

import type { Id } from '@dht/id'
import type { Contact } from '@dht/krpc'
import {
  type LookupResponse,
  type QueryStep,
  RegionLookup,
  type RegionStep,
  type ResponseVerdict,
  type Tally,
  type WriteTarget,
} from '@dht/search'
import type { OverlayParts } from '../overlay/overlay-parts.ts'
import type { Services } from '../services.ts'

/** A query that the walk wants to be sent. */
export type WalkQuery = QueryStep<Contact>

export interface Walk {
  /** The next step; a contact to query counts as queried from this moment. */
  next(): RegionStep<Contact>
  responded(query: WalkQuery, response: LookupResponse<Contact>): ResponseVerdict
  /** The response is late: another contact may be queried meanwhile. */
  stalled(query: WalkQuery): void
  failed(query: WalkQuery): void
  abort(): void
  readonly isDone: boolean
  /** The walk waits for stalled queries only, or is complete; false after `abort`. */
  readonly waitsForStalledOnly: boolean
  /** How many of the nearest were queried and have not responded or failed. */
  readonly pending: number
  /** What the walk cost so far. */
  readonly tally: Tally
  /** The k nearest that responded, nearest first. */
  closest(): Contact[]
  /**
   * The nodes to write to, of those that gave a token: k nearest or up to 2k, or those of the
   * region.
   */
  writeTargets(): readonly WriteTarget<Contact>[]
}

/**
 * @param from - the overlay to walk in, the contacts to start from, and whether the walk only keeps
 *   our table up to date. Such a walk sweeps no region: an attacker with ids near ours could make
 *   it cost many queries an hour, and joins and refreshes look up an id of each bucket anyway.
 */
export function walkToward(
  target: Id,
  from: {
    readonly overlay: OverlayParts
    readonly startingContacts: readonly Contact[]
    readonly isUpkeep: boolean
  },
  { config, random }: Services,
): Walk {
  const { ownId, table, addresses, maintenance, queries, size } = from.overlay
  const { k, alpha } = config
  return new RegionLookup<Contact>(
    {
      target,
      self: ownId.id,
      startingContacts: from.startingContacts,
      ownContacts: (near, count) => maintenance.startingContacts(near, count),
      promptContacts: (near, count) => {
        const own = maintenance.startingContacts(near, table.size)
        return own.filter((each) => queries.speeds.isPrompt(each.endpointKey)).slice(0, count)
      },
      selfAddresses: [addresses.ownHostKey],
      region: from.isUpkeep ? 0 : size.region,
      random,
    },
    { k, alpha, ...addresses.lookupLimits },
  )
}
