// `dht run`: a node that runs until it is told to stop.

import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { EXIT } from '../exit.ts'
import { OUTPUT_CLOSED } from '../io.ts'
import { addObservatoryOptions, checkObservatory } from '../run/observatory.ts'
import { runNode } from '../run/run-node.ts'
import { addRunOptions, type RunSettings } from '../run/settings.ts'

export function addRun(program: Command, { io, finish }: Context): void {
  const command = program
    .command('run')
    .description(
      'Runs a node until it is told to stop. Options can also be environment variables (env).',
    )
  addObservatoryOptions(addRunOptions(command))
    .addHelpText(
      'after',
      '\nA line "info" on its input, or SIGUSR2, prints its info. SIGINT and SIGTERM end it.' +
        '\nSIGHUP opens the log file again; if the input is a terminal, SIGHUP ends the node.' +
        '\n\nExample:\n  dht run --network mainline --metrics 9100',
    )
    .action(async (settings: RunSettings) => {
      checkObservatory(settings)
      await runNode(settings, io)
      // Nobody has told the node to stop: what supervises it should know.
      if (io.stop.signal.reason === OUTPUT_CLOSED) finish(EXIT.unread)
    })
}
