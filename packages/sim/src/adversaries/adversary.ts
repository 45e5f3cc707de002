// The interface of an adversary: code that runs on a host in place of an honest node. The code of
// all adversaries is frozen. Improve the node instead of changing an adversary.

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
   * Creates the process that runs on `host`.
   *
   * @param chance - random stream of its own
   * @param aim - its id is next to this one. Default: a random id
   */
  createProcess(
    host: Host,
    world: World,
    own: { readonly chance: Chance; readonly aim?: Id },
  ): Process
}

/** What the process of an adversary is created from. */
export interface AdversaryInit {
  readonly host: Host
  readonly world: World
  readonly chance: Chance
  readonly aim: Id | undefined
  /** Its id, if it has chosen one. Default: drawn, next to `aim` if there is one. */
  readonly id?: Id
  /** Shared by all adversaries of its kind in its world. */
  readonly group: AdversaryGroup
}

/** Creates a kind of adversary. Those of one world share a group. */
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
