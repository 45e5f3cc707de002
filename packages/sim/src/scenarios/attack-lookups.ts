// Lookups of honest nodes while a network is attacked, evenly spread over some time, with their
// results.

import type { Id } from '@dht/id'
import { type Endpoint, sameEndpoint } from '@dht/krpc'
import type { LookupMode, LookupResult } from '@dht/node/core'
import type { Host } from '../host/host.ts'
import type { Announcement } from '../oracle/announcements.ts'
import type { World } from '../world.ts'
import type { ScenarioRun } from './scenario-run.ts'

/** Longest time of a lookup, with a margin, ms. */
const LONGEST_MS = 90_000

/** What one lookup is to find, and by which node. */
export interface PlannedLookup {
  readonly reader: Host
  readonly target: Id
}

export interface EndedLookup extends PlannedLookup {
  /** Undefined: it has not ended, or has failed. */
  readonly result: LookupResult | undefined
}

export interface LookupPlan {
  readonly lookups: readonly PlannedLookup[]
  readonly mode: LookupMode
  /** They are spread over this time, ms. */
  readonly ms: number
  readonly from: number
  readonly to: number
  readonly what: string
  /** Called when a lookup begins and when it has ended. */
  readonly began?: (reader: Host) => void
  readonly ended?: (reader: Host) => void
}

/** Starts all lookups at their time, and returns when they have ended. */
export function lookUpAll(scenario: ScenarioRun, world: World, plan: LookupPlan): EndedLookup[] {
  const { lookups, mode, ms, from, to, what } = plan
  const results: (LookupResult | undefined)[] = lookups.map(() => undefined)
  let open = lookups.length
  for (const [i, { reader, target }] of lookups.entries()) {
    world.at(world.now + Math.floor((i * ms) / lookups.length), () => {
      plan.began?.(reader)
      const settled = (outcome: { readonly kind: string }): void => {
        open--
        if ('result' in outcome) results[i] = outcome.result as LookupResult
        plan.ended?.(reader)
      }
      reader.request({ kind: 'lookup', target, mode }, { settled })
    })
  }
  scenario.advance(world, ms, { from, to, what })
  world.advanceUntil(() => open === 0, LONGEST_MS)
  return lookups.map((each, i) => ({ ...each, result: results[i] }))
}

/** Whether a lookup has found that endpoint. */
export function hasFound({ result }: EndedLookup, wanted: Endpoint): boolean {
  return result?.endpoints.some((each) => sameEndpoint(each, wanted)) === true
}

/** Lookups of what was announced, each by a random node other than the publisher. */
export function planLookups(
  world: World,
  announced: readonly Announcement[],
  { count, branch }: { readonly count: number; readonly branch: string },
): { readonly announcement: Announcement; readonly planned: PlannedLookup }[] {
  const chance = world.chance.branch('attack', branch)
  const { honest } = world
  return Array.from({ length: count }, (_, i) => {
    const announcement = announced[i % announced.length] as Announcement
    const readers = honest.filter((host) => host !== announcement.publisher)
    return { announcement, planned: { reader: chance.pick(readers), target: announcement.key } }
  })
}
