// What can be set of a node that runs until it is told to stop.

import type { Command } from 'commander'
import {
  addNodeOptions,
  type NodeSettings,
  portsOfNetworks,
  variableOption,
} from '../options/node-options.ts'
import { parsePort } from '../options/parse.ts'

/** How much the log tells: warnings, the course of things, or every event. */
export type LogLevel = 'quiet' | 'normal' | 'verbose'

export interface RunSettings extends NodeSettings {
  /** File for what outlives the process. */
  readonly state?: string
  /** TCP port of the metrics, on loopback. */
  readonly metrics?: number
  readonly readOnly: 'auto' | true
  readonly log: LogLevel
}

export function addRunOptions(command: Command): Command {
  return addNodeOptions(command, { network: 'dht256', port: portsOfNetworks() })
    .addOption(
      variableOption(
        'state',
        '<file>',
        'file that keeps id, contacts and announcements (default: none)',
      ),
    )
    .addOption(
      variableOption(
        'metrics',
        '<port>',
        'serves /metrics and /info on 127.0.0.1, 0: any port',
      ).argParser(parsePort),
    )
    .addOption(
      variableOption('read-only', '', 'answer no queries, as BEP 43 has it').default('auto'),
    )
    .addOption(
      variableOption('log', '<level>', 'how much is told')
        .choices(['quiet', 'normal', 'verbose'])
        .default('normal'),
    )
}
