// Waits for what clients do in their own time.

import { setTimeout as after } from 'node:timers/promises'

/** Pause between two looks, ms. */
const PAUSE_MS = 500

/**
 * Looks again and again until `isEnough`.
 *
 * @param what - named in the error
 * @param withinMs - time after which it gives up, ms
 * @returns what was seen last
 * @throws what was seen last, when time is over
 */
export async function eventually<Seen>(
  what: string,
  withinMs: number,
  look: () => Promise<Seen>,
  isEnough: (seen: Seen) => boolean,
): Promise<Seen> {
  const endsAt = performance.now() + withinMs
  for (;;) {
    const seen = await look()
    if (isEnough(seen)) return seen
    if (performance.now() > endsAt) {
      throw new Error(`${what}: after ${withinMs / 1_000} s ${JSON.stringify(seen)}`)
    }
    await after(PAUSE_MS)
  }
}
