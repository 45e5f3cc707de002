// Good, questionable or bad: computed from what is known of a contact and from the present instant,
// and never stored. So no timer has to change a standing, and none can be late.
// `hasElapsed` is the one comparison that every span of this package goes through.

import type { Identified } from '@dht/id'
import type { RoutingTableConfig } from './options.ts'
import type { TableEntry } from './table-entry.ts'

/**
 * How far a contact can be relied on.
 *
 * - `good`: it has responded to us, was seen within `questionableAfterMs`, and is not bad
 * - `questionable`: it was not seen for that long, or has never responded to us
 * - `bad`: our last `badAfter` queries to it have all failed
 *
 * @see BEP 5, "Routing Table"
 */
export type Standing = 'good' | 'questionable' | 'bad'

/**
 * Whether a span that began at `since` is over. At the very instant of its end it is.
 *
 * The sum is compared, not the difference, so that the result agrees to the last bit with the
 * instants that the table announces. When the clock goes back, every span is still running.
 */
export function hasElapsed(since: number, spanMs: number, now: number): boolean {
  return now >= since + spanMs
}

/** Whether our last `badAfter` queries to it failed. Time alone changes nothing about that. */
export function isBad<C extends Identified>(
  entry: TableEntry<C>,
  config: RoutingTableConfig<C>,
): boolean {
  return entry.failures >= config.badAfter
}

/** When a member that is not bad becomes questionable, and so is to be checked. */
export function questionableAt<C extends Identified>(
  { lastSeenAt }: TableEntry<C>,
  { questionableAfterMs }: RoutingTableConfig<C>,
): number {
  return lastSeenAt + questionableAfterMs
}

/** The standing of a member or waiting contact at this instant. */
export function standingOf<C extends Identified>(
  entry: TableEntry<C>,
  config: RoutingTableConfig<C>,
  now: number,
): Standing {
  if (isBad(entry, config)) return 'bad'
  return hasElapsed(entry.lastSeenAt, config.questionableAfterMs, now) ? 'questionable' : 'good'
}
