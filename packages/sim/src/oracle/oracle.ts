// Knows the truth about one world: which nodes run, what they publish, and what lookups found. No
// node can use it.

import { type Id, randomId } from '@dht/id'
import { dht256 } from '@dht/krpc'
import { CORE_DEFAULTS } from '@dht/node/core'
import type { Chance } from '../chance.ts'
import type { World } from '../world.ts'
import { Announcements } from './announcements.ts'
import { LiveNodes } from './live-nodes.ts'
import { LookupLog } from './lookup-log.ts'
import { type Survey, survey } from './survey.ts'

export class Oracle {
  readonly live: LiveNodes
  readonly announcements: Announcements
  readonly log: LookupLog
  readonly #world: World

  /** @param k - number of nodes in a lookup's result, as in the cores' options. Default 8 */
  constructor(world: World, k: number = CORE_DEFAULTS.k) {
    this.#world = world
    this.live = new LiveNodes(world)
    this.announcements = new Announcements(world)
    this.log = new LookupLog(world, this, k)
  }

  /** A random identity. @param width - bytes. Default 32: that of `dht256` */
  anyId(chance: Chance, width: number = dht256.idLength): Id {
    return randomId(width, chance.source)
  }

  /** Looks at all stores and tables. @param keys - default: all that lookups must find */
  survey(keys: readonly Id[] = this.announcements.storedKeys): Survey {
    return survey(this.#world, this.live, keys)
  }
}
