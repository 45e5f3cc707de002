// What of a node outlives its process, and how its contacts come back. Storage and file format are
// the shell's business.

import type { Id } from '@dht/id'
import type { Contact, Family } from '@dht/krpc'
import type { CoreParts } from './core-parts.ts'
import type { Overlay } from './overlay/overlay.ts'
import type { FamilyIds } from './overlay/own-id.ts'

export interface CoreState {
  /** The node's id in each address family, whether or not the node uses that family now. */
  readonly ids: FamilyIds
  /**
   * Contacts of both families, each nearest to our own id first: those that are not bad, or all of
   * a family where all are bad.
   */
  readonly contacts: readonly Contact[]
  readonly announcements: readonly SavedAnnouncement[]
}

/** What is announced under an id. */
export interface SavedAnnouncement {
  readonly id: Id
  readonly port: number
  /** Whether nodes store the port that they see (BEP 5). Absent: no. */
  readonly impliedPort?: true
  /** Whether this node has all of the content (BEP 33). Absent: no. */
  readonly seed?: true
}

/** @param ids - the ids of families without an overlay */
export function stateOf({ overlays, publisher }: CoreParts, ids: FamilyIds): CoreState {
  const announcements = publisher.info().map(
    ({ id, port, impliedPort, seed }): SavedAnnouncement => ({
      id,
      port,
      ...(impliedPort && { impliedPort }),
      ...(seed && { seed }),
    }),
  )
  const contacts = Array.from(overlays.values(), (overlay) =>
    overlay.maintenance.startingContacts(overlay.ownId.id, Number.POSITIVE_INFINITY),
  ).flat()
  return { ids: currentIds(overlays, ids), contacts, announcements }
}

/**
 * Adds saved contacts to the tables of their families. They are questionable until they respond
 * (META-1), and no reply names them before that (PERSIST-7).
 *
 * @returns how many were added
 */
export function restoreContacts(
  overlays: ReadonlyMap<Family, Overlay>,
  contacts: readonly Contact[],
): number {
  let added = 0
  for (const [family, { table }] of overlays) {
    added += table.restore(contacts.filter((c) => c.family === family && c.isUnicast))
  }
  return added
}

/** The ids that the overlays have now. A family without an overlay keeps the id that it had. */
function currentIds(overlays: ReadonlyMap<Family, Overlay>, ids: FamilyIds): FamilyIds {
  return {
    4: overlays.get(4)?.ownId.id ?? ids[4],
    6: overlays.get(6)?.ownId.id ?? ids[6],
  }
}
