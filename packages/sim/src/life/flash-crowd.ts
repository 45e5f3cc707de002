// Many hosts that do the same thing within a short while.

import type { Host } from '../host/host.ts'
import type { World } from '../world.ts'

export interface FlashCrowdOptions {
  readonly hosts: readonly Host[]
  /** Each acts at an instant drawn from now up to this much later, ms, whole. */
  readonly withinMs: number
  readonly act: (host: Host) => void
}

/** Plans it; those that don't run when their turn comes do nothing. */
export function flashCrowd(world: World, { hosts, withinMs, act }: FlashCrowdOptions): void {
  const chance = world.chance.branch('flash crowd', world.now)
  for (const host of hosts) {
    world.at(world.now + chance.below(withinMs + 1), () => {
      if (host.isAwake) act(host)
    })
  }
}
