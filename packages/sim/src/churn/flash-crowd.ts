// A flash crowd: many hosts that do the same thing within a short time.

import type { Host } from '../host/host.ts'
import type { World } from '../world.ts'

export interface FlashCrowdOptions {
  readonly hosts: readonly Host[]
  /** Each host acts at a random instant from now to this much later, ms, whole. */
  readonly withinMs: number
  readonly act: (host: Host) => void
}

/** Plans the acts. A host that does not run at its instant does nothing. */
export function flashCrowd(world: World, { hosts, withinMs, act }: FlashCrowdOptions): void {
  const chance = world.chance.branch('flash crowd', world.now)
  for (const host of hosts) {
    world.at(world.now + chance.below(withinMs + 1), () => {
      if (host.isAwake) act(host)
    })
  }
}
