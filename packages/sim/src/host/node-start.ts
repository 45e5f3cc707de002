// How the honest node of a host is created. The number of earlier starts selects its random stream,
// so each start of a host has its own randomness and the same seed gives the same node.

import type { Id } from '@dht/id'
import { dht256, type Endpoint } from '@dht/krpc'
import { type CoreOptions, type FamilyIds, NodeCore, randomIds } from '@dht/node/core'
import type { Chance } from '../chance.ts'
import { CoreProcess } from './core-process.ts'
import type { Socket } from './process.ts'
import type { WorldContext } from './world-context.ts'

/** How an honest node starts. */
export interface StartOptions {
  /** Nodes to bootstrap from. Default: only the contacts on the host's disk. */
  readonly bootstrap?: readonly Endpoint[]
  /** Options that override those of the host and of the world. */
  readonly core?: CoreOptions
  /** Whether the node reads its state from the host's disk. Default true. */
  readonly remembers?: boolean
  /** Whether the node joins by itself, as the shell of `@dht/node` does. Default true. */
  readonly joins?: boolean
}

/** What a node depends on when it is created. */
export interface NodeInit {
  readonly socket: Socket
  readonly context: WorldContext
  /** Random stream of the host. */
  readonly chance: Chance
  /** How many processes the host has started before. */
  readonly starts: number
  /** Own id, or one for each family. Default: random ones. */
  readonly id: Id | FamilyIds | undefined
  readonly core: CoreOptions
}

export function createNodeProcess({
  socket,
  context,
  chance,
  starts,
  id,
  core,
}: NodeInit): CoreProcess {
  const { contacts, encodes } = context
  const network = core.network ?? dht256
  const init = {
    id: id ?? randomIds(network, chance.branch('id', starts).source),
    random: chance.branch('core', starts).source,
    contacts,
    isLazy: !encodes,
  }
  return new CoreProcess(new NodeCore(init, core), socket, encodes)
}
