// `dht info` and `dht watch`: what a running node of this machine knows, and what happens in it.

import type { NodeEvent, NodeInfo } from '@dht/node'
import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { askRunning } from '../control/ask-running.ts'
import type { RunningNode } from '../control/control-path.ts'
import { CommandFailure } from '../exit.ts'
import {
  NETWORKS,
  type NetworkName,
  networkOption,
  portsOfNetworks,
  variableOption,
} from '../options/node-options.ts'
import { parsePort } from '../options/parse.ts'
import { writeJson } from '../output/json.ts'
import { printable } from '../output/printable.ts'
import { eventText } from '../run/event-text.ts'
import { infoText } from '../run/info-text.ts'

interface RunningSettings {
  readonly network?: NetworkName
  readonly port?: number
  readonly json?: boolean
}

export function addInfo(program: Command, { io }: Context): void {
  const command = program
    .command('info')
    .description('Prints id, contacts, buckets, store and counters of a running node.')
  addRunningOptions(command)
    .addHelpText('after', '\nExample:\n  dht info --network mainline --port 6881')
    .action(async (settings: RunningSettings) => {
      for await (const info of askRunning(nodeOf(settings), 'info', io.stop.signal)) {
        if (settings.json) writeJson(io.out, info)
        else io.out.write(infoText(info as NodeInfo))
      }
    })
}

export function addWatch(program: Command, { io }: Context): void {
  const command = program
    .command('watch')
    .description('Prints what happens in a running node, until it is stopped.')
  addRunningOptions(command)
    .addHelpText('after', '\nExample:\n  dht watch --json | head -20')
    .action(async (settings: RunningSettings) => {
      for await (const event of askRunning(nodeOf(settings), 'watch', io.stop.signal)) {
        if (settings.json) writeJson(io.out, event)
        else io.out.write(`${printable(eventText(event as NodeEvent))}\n`)
      }
      if (!io.stop.signal.aborted) throw new CommandFailure('the node has ended')
    })
}

function addRunningOptions(command: Command): Command {
  return command
    .addOption(networkOption('network of the node (default: dht256)'))
    .addOption(
      variableOption('port', '<port>', `its UDP port (default: ${portsOfNetworks()})`).argParser(
        parsePort,
      ),
    )
    .option('--json', 'prints JSON')
}

function nodeOf({ network = 'dht256', port }: RunningSettings): RunningNode {
  return { network, port: port ?? NETWORKS[network].defaultPort }
}
