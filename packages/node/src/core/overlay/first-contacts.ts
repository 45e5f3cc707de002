// How long lookups and publishing rounds wait for the first contacts. A lookup that starts without
// any contact ends at once, and one that starts too early misses a family that is about to join.

import { type Family, TRANSACTION_DEFAULTS } from '@dht/krpc'
import type { Overlay } from './overlay.ts'

/**
 * Longest wait of one family for the other, ms: as long as the first query to an unknown endpoint
 * may take before it stalls.
 */
const FAMILY_WAIT_MS: number = TRANSACTION_DEFAULTS.firstTimeoutMs

/** Whether lookups and rounds wait for contacts. */
export function waitsForContacts(overlays: ReadonlyMap<Family, Overlay>, now: number): boolean {
  return contactWaitEndsAt(overlays, now) !== undefined
}

/**
 * The instant at which lookups and rounds stop waiting. As long as no family has contacts, they
 * wait for every join. As soon as one family has contacts, they wait for another family only until
 * its last bootstrap query stalls, and not at all for a family whose first join has ended.
 *
 * @returns an instant, ms; Infinity: until a join makes progress; undefined: they do not wait
 */
export function contactWaitEndsAt(
  overlays: ReadonlyMap<Family, Overlay>,
  now: number,
): number | undefined {
  if (!isAnySeeking(overlays)) return undefined
  const all = [...overlays.values()]
  const isReady = (each: Overlay): boolean => !each.isSeekingContacts && each.table.size > 0
  if (!all.some(isReady)) return Number.POSITIVE_INFINITY
  const waits = all
    .filter((each) => each.isSeekingContacts)
    .filter(({ join }) => !join.hasTried)
    .map(({ join }) => join.askedAt + FAMILY_WAIT_MS)
    .filter((until) => until > now)
  return waits.length === 0 ? undefined : Math.max(...waits)
}

/** Called after every datagram, and nearly always false. */
function isAnySeeking(overlays: ReadonlyMap<Family, Overlay>): boolean {
  for (const overlay of overlays.values()) if (overlay.isSeekingContacts) return true
  return false
}
