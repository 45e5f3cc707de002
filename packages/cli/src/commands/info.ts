// `dht info` and `dht watch`: what a running node of this machine knows, and what happens in it.

import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { askRunning } from '../control/ask-running.ts'
import type { RunningNode } from '../control/control-path.ts'
import { findAtPort, findRunning, notRunning } from '../control/find-running.ts'
import { CommandFailure } from '../exit.ts'
import {
  NETWORKS,
  type NetworkName,
  networkOption,
  portsOfNetworks,
  variableOption,
} from '../options/node-options.ts'
import { parsePort } from '../options/parse.ts'
import { JSON_HELP, writeJson } from '../output/json.ts'
import { printable } from '../output/printable.ts'
import type { PartOf } from '../requests/request.ts'
import { untilStopped } from '../requests/with-node.ts'
import { eventText } from '../run/event-text.ts'
import { infoText } from '../run/info-text.ts'

const WATCH_JSON_HELP =
  'prints JSON, one event a line; at: UTC (ISO 8601); durations (…Ms) and other instants (…At) ' +
  'in ms, instants on a monotonic clock'

interface RunningSettings {
  readonly network?: NetworkName
  readonly port?: number
  /** The same as `port`, under the name that other commands have for it. */
  readonly node?: number
  readonly json?: boolean
}

export function addInfo(program: Command, { io }: Context): void {
  const command = program
    .command('info')
    .description('Prints id, contacts, buckets, store and counters of a running node.')
  addRunningOptions(command, JSON_HELP)
    .addHelpText('after', '\nExample:\n  dht info --network mainline --port 6881')
    .action(async (settings: RunningSettings) => {
      const { signal } = io.stop
      const info = await askRunning(await nodeOf(settings), { op: 'info' }, { signal, tell })
      if (settings.json) writeJson(io.out, info)
      else io.out.write(infoText(info))
    })
}

/** A node has nothing to tell before its info. */
function tell(): void {}

export function addWatch(program: Command, { io }: Context): void {
  const command = program
    .command('watch')
    .description(
      'Prints the warnings of a running node so far, then its events, until it is stopped.',
    )
  addRunningOptions(command, WATCH_JSON_HELP)
    .addHelpText('after', '\nExample:\n  dht watch --json | head -20')
    .action(async (settings: RunningSettings) => {
      const { signal } = io.stop
      const print = (event: PartOf<'watch'>): void => {
        if (settings.json) writeJson(io.out, event)
        else io.out.write(`${event.at.slice(0, 19)}Z ${printable(eventText(event))}\n`)
      }
      const node = await nodeOf(settings)
      await untilStopped(io, async () => {
        await askRunning(node, { op: 'watch' }, { signal, tell: print })
        throw new CommandFailure('the node has ended')
      })
    })
}

/** @param json - what the help says of `--json` */
function addRunningOptions(command: Command, json: string): Command {
  return command
    .addOption(networkOption('network of the node (default: dht256)'))
    .addOption(
      variableOption('port', '<port>', `its UDP port (default: ${portsOfNetworks()})`).argParser(
        parsePort,
      ),
    )
    .option('--node <port>', 'the same as --port, as in other commands', parsePort)
    .option('--json', json)
}

async function nodeOf(settings: RunningSettings): Promise<RunningNode> {
  const { network = 'dht256', node, port = node } = settings
  const isAnyNetwork = settings.network === undefined && port !== undefined
  const found = isAnyNetwork ? await findAtPort(port) : undefined
  const running = found ?? (await findRunning(network, port))
  if (running !== undefined) return running
  throw new CommandFailure(await notRunning(network, NETWORKS[network].defaultPort))
}
