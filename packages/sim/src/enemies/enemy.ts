// An enemy is a script that runs on a host in place of an honest node. Scripts are frozen before
// anything is measured against them.

import type { Chance } from '../chance.ts'
import type { Host } from '../host/host.ts'
import type { Process } from '../host/process.ts'
import type { World } from '../world.ts'

export interface Enemy {
  readonly name: string
  readonly summary: string
  /** Makes the process that is to run on `host`. @param chance - its own stream */
  on(host: Host, world: World, chance: Chance): Process
}
