// Good, questionable or bad: a pure function of what is known of a contact and of this instant.
// Standing is computed, never stored, so no timer has to change it and none can be late.
// This file also holds the one comparison by which every span of this package is judged.

import type { Identified } from '@dht/id'
import type { Entry } from './entry.ts'
import type { RoutingTableConfig } from './options.ts'

/**
 * How far a contact can be relied on.
 *
 * - `good`: it has answered us, has been heard of within `questionableAfterMs`, and is not bad
 * - `questionable`: it has been silent for that long, or has never answered us
 * - `bad`: our last `badAfter` queries to it failed, all of them
 *
 * @see BEP 5, "Routing Table"
 */
export type Standing = 'good' | 'questionable' | 'bad'

/**
 * Whether a span that began at `since` is over: it is, from the very instant of its end.
 *
 * The sum is compared, not the difference, so that the answer agrees to the last bit with the
 * instants that the table announces. A clock that went backwards finds every span still running.
 */
export function hasElapsed(since: number, spanMs: number, now: number): boolean {
  return now >= since + spanMs
}

/** Whether our last `badAfter` queries to it failed. Time alone changes nothing about that. */
export function isBad<C extends Identified>(
  entry: Entry<C>,
  config: RoutingTableConfig<C>,
): boolean {
  return entry.failures >= config.badAfter
}

/** When a member that is not bad is to be asked whether it is still there. */
export function questionableAt<C extends Identified>(
  { lastSeenAt }: Entry<C>,
  { questionableAfterMs }: RoutingTableConfig<C>,
): number {
  return lastSeenAt + questionableAfterMs
}

/** The standing of a member or candidate at this instant. */
export function standingOf<C extends Identified>(
  entry: Entry<C>,
  config: RoutingTableConfig<C>,
  now: number,
): Standing {
  if (isBad(entry, config)) return 'bad'
  return hasElapsed(entry.lastSeenAt, config.questionableAfterMs, now) ? 'questionable' : 'good'
}
