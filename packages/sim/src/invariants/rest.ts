// The invariant that a network without operations comes to rest (SIM-S8): no query is open, no
// operation waits, and every core has a next timeout. For worlds that have waited by `quiesce`.

import type { Host } from '../host/host.ts'
import type { World } from '../world.ts'
import type { CoreInspection } from './core-step.ts'
import type { Finding, Invariant } from './invariant.ts'

/** Time between two checks, ms: about the duration of one of the node's own lookups. */
const INTERVAL_MS = 50

/** What is still open in a core. */
export function openWorkIn({
  overlays,
  operations,
  deferred: held,
  nextTimeout,
  announcements,
}: CoreInspection): string[] {
  const found: string[] = []
  const open = overlays.reduce((sum, { openQueries }) => sum + openQueries.length, 0)
  if (open > 0) found.push(`SIM-S8: ${open} queries open`)
  if (operations.length + held.length > 0) found.push('SIM-S8: operations open')
  if (announcements.some(({ publishing }) => publishing)) found.push('SIM-S8: a round is under way')
  const knows = overlays.some(({ buckets }) => buckets.some(({ members }) => members.length > 0))
  if (nextTimeout === undefined && knows) found.push('SIM-S8: no next timeout')
  return found
}

/**
 * Lets time pass until all honest cores that are awake are at rest at the same instant. Rest never
 * lasts long, because nodes maintain their tables.
 *
 * @returns whether they were at rest within `mostMs`
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

/** Checks that all cores are at rest. Use it at the instant at which `quiesce` returns. */
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
