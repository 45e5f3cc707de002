// Whether the nodes closest to a target have changed since an announcement was last published
// there: a holder is bad, or a node that was unknown then is nearer than the farthest holder. Only
// the routing tables are read; no query is sent.

import { compareDistance, type Id, idKey } from '@dht/id'
import type { Contact } from '@dht/krpc'
import type { OverlayParts } from '../overlay/overlay-parts.ts'
import type { Holder } from './withdrawal.ts'

/** Ids, as keys. */
export type NearestIds = ReadonlySet<string>

export function idsOf(contacts: readonly Contact[]): NearestIds {
  return new Set(contacts.map(({ id }) => idKey(id)))
}

/** Whether a holder is bad by now. */
export function hasDisappeared({ overlay, contact }: Holder, now: number): boolean {
  return overlay.table.standing(contact.id, now) === 'bad'
}

/** The `count` nearest contacts of each overlay that have responded. */
export function nearestOf(
  overlays: readonly OverlayParts[],
  target: Id,
  count: number,
): readonly Contact[] {
  return overlays.flatMap(({ table }) => table.closest(target, count, { verifiedOnly: true }))
}

/** Whether one of these is new here and nearer to the target than the farthest holder. */
export function hasNewcomer(
  contacts: readonly Contact[],
  last: { readonly holders: readonly Holder[]; readonly neighbours: NearestIds },
  target: Id,
): boolean {
  return contacts.some(({ id, family }) => {
    const holders = last.holders.filter((holder) => holder.overlay.family === family)
    const isHolder = holders.some(({ contact }) => contact.hasId(id))
    if (isHolder || last.neighbours.has(idKey(id))) return false
    return holders.some(({ contact }) => compareDistance(id, contact.id, target) < 0)
  })
}
