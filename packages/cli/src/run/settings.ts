// What can be set of a node that runs until it is told to stop.

import type { Command } from 'commander'
import {
  addNodeOptions,
  type NodeSettings,
  portsOfNetworks,
  variableOption,
} from '../options/node-options.ts'
import { parseIp, parsePort } from '../options/parse.ts'
import type { ObservatorySettings } from './observatory.ts'

/** How much the log tells: warnings, the course of things, or every event. */
export type LogLevel = 'quiet' | 'normal' | 'verbose'

export type LogFormat = 'text' | 'json'

export interface RunSettings extends NodeSettings, ObservatorySettings {
  /** File for what outlives the process, or `none`; undefined: the usual one. */
  readonly state?: string
  /** TCP port of the metrics. */
  readonly metrics?: number
  /** Address at which the metrics are served. */
  readonly metricsAddress: string
  readonly readOnly: 'auto' | true
  /** Whether nodes of the local network find each other. */
  readonly lan?: boolean
  readonly log: LogLevel
  readonly logFormat: LogFormat
  /** File of the log; undefined: the standard error. */
  readonly logFile?: string
}

export function addRunOptions(command: Command): Command {
  return addNodeOptions(command, { network: 'dht256', port: portsOfNetworks() })
    .addOption(variableOption('lan', '', 'finds nodes on the local network, and is found there'))
    .addOption(
      variableOption(
        'state',
        '<file>',
        'file that keeps id, contacts and announcements, or none ' +
          '(default: in the state folder of the user, by network and port)',
      ),
    )
    .addOption(
      variableOption(
        'metrics',
        '<port>',
        'serves /metrics, /health, /ready and /info, 0: any port',
      ).argParser(parsePort),
    )
    .addOption(
      variableOption('metrics-address', '<addr>', 'address at which these are served')
        .argParser(parseIp)
        .default('127.0.0.1'),
    )
    .addOption(
      variableOption(
        'read-only',
        '',
        'answers no queries (BEP 43; default: only while no node can reach it)',
      ).default('auto'),
    )
    .addOption(
      variableOption(
        'log',
        '<level>',
        'quiet: warnings; normal: joins and rounds, too; verbose: every event',
      )
        .choices(['quiet', 'normal', 'verbose'])
        .default('normal'),
    )
    .addOption(
      variableOption('log-format', '<format>', 'one line or one JSON object for each event')
        .choices(['text', 'json'])
        .default('text'),
    )
    .addOption(variableOption('log-file', '<file>', 'file of the log (default: standard error)'))
}
