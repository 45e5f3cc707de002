// `dht completion` in the shells that it is for, typed at a terminal. Bash is tried by the tests of
// @dht/cli; zsh gives the terminal for fish, too.

import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { complaintOf } from '../process/complaint.ts'
import type { Requirement, Scenario } from '../scenario.ts'

const COMMAND = fileURLToPath(new URL('main.js', import.meta.resolve('@dht/cli')))
const PROGRAM = fileURLToPath(new URL('../programs/complete.zsh', import.meta.url))

/** What is typed before Tab, and what the line is then. */
const LINES: Readonly<Record<string, string>> = {
  'dht sc': 'dht scrape ',
  'dht lookup --mod': 'dht lookup --mode ',
  'dht lookup --mode q': 'dht lookup --mode quick ',
  'dht id fi': 'dht id file ',
  'dht run --browser-node-a': 'dht run --browser-node-allow ',
  'dht put --key sec': 'dht put --key secret.key ',
  // Nothing is known of ids, and no file is one.
  'dht lookup ': 'dht lookup ',
}

type Shell = 'zsh' | 'fish'

function installed(name: Shell): Requirement {
  return { name, missing: () => complaintOf([name, '--version'], name) }
}

function completing(shell: Shell, needs: readonly Shell[]): Scenario {
  return {
    name: `${shell} completes the command line of dht`,
    needs: needs.map(installed),
    run: async (lab) => {
      const home = await lab.folder()
      await writeFile(join(home, 'secret.key'), '')
      await writeFile(
        join(home, 'dht'),
        `#!/bin/sh\nexec "${process.execPath}" "${COMMAND}" "$@"\n`,
      )
      await chmod(join(home, 'dht'), 0o755)
      const env = { HOME: home, XDG_CONFIG_HOME: home, PATH: `${home}:${process.env['PATH']}` }
      const argv = ['zsh', '-f', PROGRAM, shell, ...Object.keys(LINES)]
      const program = lab.start(await lab.host([]), argv, { folder: home, env })
      await program.closed
      const expected = Object.values(LINES).map((line) => `[${line}]`)
      const completed = program.output.split('\n').map((line) => line.trimEnd())
      if (completed.join() !== expected.join()) throw new Error(program.output)
      return `${expected.length} lines`
    },
  }
}

export const shells: readonly Scenario[] = [
  completing('zsh', ['zsh']),
  completing('fish', ['fish', 'zsh']),
]
