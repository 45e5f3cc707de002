// An adversary is a script that runs on a host in place of an honest node. Scripts are frozen before
// anything is measured against them: a node is made better by changing the node.

import type { Id } from '@dht/id'
import type { Chance } from '../chance.ts'
import type { Host } from '../host/host.ts'
import type { Process } from '../host/process.ts'
import type { World } from '../world.ts'
import { AdversaryGroup } from './adversary-group.ts'

export interface Adversary {
  readonly name: string
  readonly summary: string
  /**
   * Makes the process that is to run on `host`.
   *
   * @param chance - its own stream
   * @param aim - its id is ground to lie next to this one. Default: a random id
   */
  createProcess(
    host: Host,
    world: World,
    own: { readonly chance: Chance; readonly aim?: Id },
  ): Process
}

/** What a script is given. */
export interface AdversaryInit {
  readonly host: Host
  readonly world: World
  readonly chance: Chance
  readonly aim: Id | undefined
  /** All of its kind in its world. */
  readonly group: AdversaryGroup
}

/** A kind of adversary: those of one world know one another. */
export function adversaryOf(
  what: { readonly name: string; readonly summary: string },
  Script: new (init: AdversaryInit) => Process,
): Adversary {
  const groups = new WeakMap<World, AdversaryGroup>()
  return Object.freeze<Adversary>({
    ...what,
    createProcess: (host, world, { chance, aim }) => {
      const group = groups.get(world) ?? new AdversaryGroup()
      groups.set(world, group)
      return new Script({ host, world, chance, aim, group })
    },
  })
}
