// `dht run`: a node that runs until it is told to stop.

import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { addObservatoryOptions, checkObservatory } from '../run/observatory.ts'
import { runNode } from '../run/run-node.ts'
import { addRunOptions, type RunSettings } from '../run/settings.ts'

export function addRun(program: Command, { io }: Context): void {
  const command = program
    .command('run')
    .description('Runs a node until it is told to stop. Every option has a variable beside it.')
  addObservatoryOptions(addRunOptions(command))
    .addHelpText(
      'after',
      '\nA line "info" on its input, or SIGUSR2, prints its info. SIGINT and SIGTERM end it.' +
        '\nSIGHUP opens the file of the log again; from a terminal that closes it ends the node.' +
        '\n\nExample:\n  dht run --network mainline --metrics 9100',
    )
    .action((settings: RunSettings) => {
      checkObservatory(settings)
      return runNode(settings, io)
    })
}
