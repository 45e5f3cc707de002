// A network that is left alone comes to rest (SIM-S8): nothing is open, nothing is held, and every
// core has one reason to wake. For worlds that had their quiet; see `quiesce`.

import type { Host } from '../host/host.ts'
import type { World } from '../world.ts'
import type { CoreInspection } from './core-step.ts'
import type { Finding, Invariant } from './invariant.ts'

/** Time between two looks, ms: about as long as a lookup that nobody wished for. */
const INTERVAL_MS = 50

/** What is not at rest in a core. */
export function openWorkIn({
  overlays,
  operations,
  held,
  nextTimeout,
  announcements,
}: CoreInspection): string[] {
  const found: string[] = []
  const open = overlays.reduce((sum, { openQueries }) => sum + openQueries.length, 0)
  if (open > 0) found.push(`SIM-S8: ${open} queries open`)
  if (operations.length + held.length > 0) found.push('SIM-S8: operations open')
  if (announcements.some(({ publishing }) => publishing)) found.push('SIM-S8: a round under way')
  const knows = overlays.some(({ buckets }) => buckets.some(({ members }) => members.length > 0))
  if (nextTimeout === undefined && knows) found.push('SIM-S8: no reason to wake, ever')
  return found
}

/**
 * Lets time pass until all honest cores that are awake are at rest at one instant. Nodes keep their
 * tables now and then, so that rest never lasts.
 *
 * @returns whether they were within `mostMs`
 */
export function quiesce(world: World, mostMs: number): boolean {
  const isQuiet = (host: Host): boolean => {
    const info = host.core?.info(host.now)
    if (info === undefined || info.operations > 0) return info === undefined
    const isOpen = info.overlays.some(({ openQueries }) => openQueries > 0)
    return !isOpen && !info.announcements.some(({ publishing }) => publishing)
  }
  for (let waitedMs = 0; waitedMs < mostMs; waitedMs += INTERVAL_MS) {
    if (world.honest.every(isQuiet)) return true
    world.advance(INTERVAL_MS)
  }
  return false
}

/** Of worlds at rest; must be asked at the instant at which `quiesce` ends. */
export function rest(): Invariant {
  return {
    name: 'rest',
    atEnd: (world) =>
      world.honest.flatMap(({ core, number, now }): Finding[] => {
        const found = core === undefined ? [] : openWorkIn(core.inspect(now))
        return found.map((text) => ({ text, host: number }))
      }),
  }
}
