// Waits for what clients do in their own time.

import { setTimeout as after } from 'node:timers/promises'

/** Pause between two looks, ms. */
const PAUSE_MS = 500

/**
 * Time after which it gives up, ms. Clients do most things in their own time, and on a busy
 * machine later, so it is much longer than they need.
 */
const PATIENCE_MS = 60_000

/**
 * Looks again and again until `isEnough`.
 *
 * @param what - named in the error
 * @returns what was seen last
 * @throws what was seen last, when time is over
 */
export async function eventually<Seen>(
  what: string,
  look: () => Promise<Seen>,
  isEnough: (seen: Seen) => boolean,
): Promise<Seen> {
  const endsAt = performance.now() + PATIENCE_MS
  for (;;) {
    const seen = await look()
    if (isEnough(seen)) return seen
    if (performance.now() > endsAt) {
      throw new Error(`${what}: after ${PATIENCE_MS / 1_000} s ${JSON.stringify(seen)}`)
    }
    await after(PAUSE_MS)
  }
}
