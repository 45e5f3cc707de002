// `dht sim`: the simulator of @dht/sim, in a process of its own: it computes without a pause, and
// would hear no Ctrl-C in this one. The package is looked for only here, and may be missing.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Writable } from 'node:stream'
import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { CommandFailure } from '../exit.ts'
import type { Io } from '../io.ts'

export function addSim(program: Command, { io, finish }: Context): void {
  program
    .command('sim')
    .description(
      'Runs a scenario with thousands of simulated nodes and writes a report. Needs @dht/sim.',
    )
    .argument('[args...]', 'list (prints the scenarios), or a scenario and its options')
    .allowUnknownOption()
    .addHelpText('after', '\nExample:\n  dht sim list')
    .action(async (args: readonly string[]) => finish(await runProgram(simProgram(), args, io)))
}

/**
 * Where the program of @dht/sim is. It is no optional peer dependency, because changesets makes a
 * major release of each package with a peer that changes.
 */
function simProgram(): string {
  const require = createRequire(import.meta.url)
  try {
    const manifest = require.resolve('@dht/sim/package.json')
    const { bin } = require(manifest) as { readonly bin: { readonly 'dht-sim': string } }
    return join(dirname(manifest), bin['dht-sim'])
  } catch {
    throw new CommandFailure('dht sim needs a package: npm install --global @dht/sim')
  }
}

/** Young objects die in the simulator before a collection that has this much room, MiB. */
const SEMI_SPACE = '--max-semi-space-size=32'

/**
 * Runs a program of Node with the streams of this command, and ends it with the command.
 *
 * @returns its exit code; 1 when it was ended by a signal
 */
export async function runProgram(
  path: string,
  args: readonly string[],
  { out, err, stop }: Pick<Io, 'out' | 'err' | 'stop'>,
): Promise<number> {
  const { signal } = stop
  const child = spawn(process.execPath, [SEMI_SPACE, path, ...args], {
    stdio: ['ignore', inheritOr(out, process.stdout), inheritOr(err, process.stderr)],
    signal,
  })
  child.stdout?.pipe(out, { end: false })
  child.stderr?.pipe(err, { end: false })
  const [code] = await once(child, 'close', { signal })
  return code ?? 1
}

/** A terminal is handed on, so that the program sees that it is one. */
function inheritOr(stream: Writable, own: Writable): 'inherit' | 'pipe' {
  return stream === own ? 'inherit' : 'pipe'
}
