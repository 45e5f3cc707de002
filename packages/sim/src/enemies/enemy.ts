// An enemy is a script that runs on a host in place of an honest node. Scripts are frozen before
// anything is measured against them: a node is made better by changing the node.

import type { Id } from '@dht/id'
import type { Chance } from '../chance.ts'
import type { Host } from '../host/host.ts'
import type { Process } from '../host/process.ts'
import type { World } from '../world.ts'
import { Gang } from './gang.ts'

export interface Enemy {
  readonly name: string
  readonly summary: string
  /**
   * Makes the process that is to run on `host`.
   *
   * @param chance - its own stream
   * @param aim - its id is ground to lie next to this one. Default: a random id
   */
  on(host: Host, world: World, own: { readonly chance: Chance; readonly aim?: Id }): Process
}

/** What a script is given. */
export interface Seat {
  readonly host: Host
  readonly world: World
  readonly chance: Chance
  readonly aim: Id | undefined
  /** All of its kind in its world. */
  readonly gang: Gang
}

/** A kind of enemy: those of one world know one another. */
export function enemyOf(
  what: { readonly name: string; readonly summary: string },
  Script: new (seat: Seat) => Process,
): Enemy {
  const gangs = new WeakMap<World, Gang>()
  return Object.freeze<Enemy>({
    ...what,
    on: (host, world, { chance, aim }) => {
      const gang = gangs.get(world) ?? new Gang()
      gangs.set(world, gang)
      return new Script({ host, world, chance, aim, gang })
    },
  })
}
