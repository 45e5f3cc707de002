// Makes a node on any JavaScript runtime, over transports that are given to it.

import { portablePlatform } from '../adapters/portable-platform.ts'
import type { StateStorage } from '../ports/state-storage.ts'
import type { DhtNode } from './dht-node.ts'
import type { NodeOptions } from './options.ts'
import { startNode } from './start-node.ts'

type MachineOption = 'port' | 'ipv4' | 'ipv6' | 'transports' | 'state'

/** Options of a node without UDP and files. */
export interface PortableNodeOptions extends Omit<NodeOptions, MachineOption> {
  /**
   * The transports, at most one per family. A function makes the transport, and another one after a
   * failure. A transport that is given itself stays closed after a failure.
   */
  readonly transports: NonNullable<NodeOptions['transports']>
  /** Where state is kept. Default: nowhere. */
  readonly state?: StateStorage
}

/**
 * Makes a node and opens its transports, as `createNode` of `@dht/node` does, on any JavaScript
 * runtime. Names of the bootstrap list need the option `resolver`. Warnings go to the console by
 * default.
 *
 * @throws {DhtNodeError} as `createNode` of `@dht/node`, also for options that need UDP or files
 * @throws what `start` of a transport rejects with; nothing is left open then
 * @throws the reason of `options.signal`, when it is aborted before the node is made
 */
export function createPortableNode(options: PortableNodeOptions): Promise<DhtNode> {
  return startNode(options, portablePlatform)
}
