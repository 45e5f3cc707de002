// Which lookup is shown, which of its contacts is chosen, and how far it is replayed.

import { type Signal, signal } from '@preact/signals'

/** Absent: the newest one. */
export const lookupChoice: Signal<number | undefined> = signal(undefined)
/** The key of a contact of the shown lookup. */
export const contactChoice: Signal<string | undefined> = signal(undefined)
/** Milliseconds after its start; absent: all of it, and live if it is under way. */
export const replayAt: Signal<number | undefined> = signal(undefined)
export const isReplaying: Signal<boolean> = signal(false)
/** How much slower than it happened. */
export const slowness: Signal<number> = signal(1)
export const withUnqueried: Signal<boolean> = signal(false)
/** Lookups of joins, refreshes and publishing too. */
export const withBackground: Signal<boolean> = signal(true)

export function chooseLookup(id: number | undefined): void {
  if (lookupChoice.value === id) return
  lookupChoice.value = id
  contactChoice.value = undefined
  replayAt.value = undefined
  isReplaying.value = false
}
