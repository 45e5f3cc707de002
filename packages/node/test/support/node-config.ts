// The options of a node as they are resolved on Node.

import { nodePlatform } from '../../src/adapters/node-platform.ts'
import { type NodeConfig, type NodeOptions, resolveNodeOptions } from '../../src/shell/options.ts'

export function nodeConfig(options: NodeOptions = {}): NodeConfig {
  return resolveNodeOptions(options, nodePlatform)
}
