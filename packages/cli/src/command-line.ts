// The command line: all commands, and how a command that fails ends.

import { Command, CommanderError } from 'commander'
import { addAnnounce, addEnter } from './commands/announce.ts'
import { addClosest } from './commands/closest.ts'
import { addCompletion } from './commands/completion.ts'
import { addGet } from './commands/get.ts'
import { addId } from './commands/id.ts'
import { addInfo, addWatch } from './commands/info.ts'
import { addLookup } from './commands/lookup.ts'
import { addPing } from './commands/ping.ts'
import { addPut } from './commands/put.ts'
import { addRelay } from './commands/relay.ts'
import { addRun } from './commands/run.ts'
import { addSample } from './commands/sample.ts'
import { addScrape } from './commands/scrape.ts'
import { addSim } from './commands/sim.ts'
import type { Context } from './context.ts'
import { EXIT, exitCodeOf, reasonOf } from './exit.ts'
import { type Io, OUTPUT_CLOSED } from './io.ts'
import { printable } from './output/printable.ts'
import { readVersion } from './version.ts'

const COMMANDS = [
  addRun,
  addInfo,
  addWatch,
  addLookup,
  addEnter,
  addAnnounce,
  addClosest,
  addPing,
  addGet,
  addPut,
  addScrape,
  addSample,
  addRelay,
  addId,
  addSim,
  addCompletion,
]

/**
 * Runs one command.
 *
 * @param argv - without the program itself
 * @returns its exit code: 0 done, 1 failed, 2 a bad argument, 130 stopped, 141 a node whose log
 *   nobody reads; never rejects
 */
export async function runCommandLine(argv: readonly string[], io: Io): Promise<number> {
  let exitCode: number = EXIT.done
  const finish = (code: number): void => {
    exitCode = code
  }
  try {
    await programOf({ io, finish }).parseAsync(argv, { from: 'user' })
    return exitCode
  } catch (error) {
    // commander has said what is wrong, or has shown the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage
    if (io.stop.signal.aborted) return exitCodeOfStop(io.stop.signal)
    io.err.write(`error: ${printable(reasonOf(error))}\n`)
    return exitCodeOf(error)
  }
}

function exitCodeOfStop({ reason }: AbortSignal): number {
  return reason === OUTPUT_CLOSED ? EXIT.done : EXIT.stopped
}

/** All commands, not yet run. */
export function programOf(context: Context): Command {
  const { io } = context
  const program = new Command('dht')
    .description('Runs a node of a Kademlia DHT, and looks up, announces and stores in one.')
    .option('-V, --version', 'prints the version')
    .on('option:version', () => {
      io.out.write(`${readVersion()}\n`)
      throw new CommanderError(EXIT.done, 'commander.version', '')
    })
    .exitOverride()
    .configureOutput({ writeOut: (s) => io.out.write(s), writeErr: (s) => io.err.write(s) })
    .showSuggestionAfterError()
    .addHelpText('after', '\nExample:\n  dht lookup --help')
  for (const add of COMMANDS) add(program, context)
  return program
}
