// The script of `dht completion bash` in a real bash.

import { spawnSync } from 'node:child_process'
import { chmodSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { useProgram } from '@dht/testing/program'
import { temporaryFolder } from '@dht/testing/temporary'
import { expect, it } from 'vitest'

const program = useProgram('packages/cli', ['@pnpm/tabtab'])

/** A folder with a command `dht`, which is first in the path. */
async function pathWithCommand(): Promise<string> {
  const probe = program(['completion', 'bash'])
  expect(await probe.ended).toBe(0)
  const [, main] = probe.child.spawnargs
  const folder = temporaryFolder()
  const command = join(folder, 'dht')
  writeFileSync(command, `#!/bin/sh\nexec "${process.execPath}" "${main}" "$@"\n`)
  chmodSync(command, 0o755)
  return `${folder}${delimiter}${process.env['PATH']}`
}

/** What bash offers for a line that ends at the cursor. */
function offered(path: string, line: string): readonly string[] {
  const words = line.split(' ').map((word) => `'${word}'`)
  const script = [
    // Sourced twice, as in a shell inside a shell.
    'source <(dht completion bash)',
    'source <(dht completion bash)',
    `COMP_LINE='${line}' COMP_POINT=${line.length} COMP_CWORD=${words.length - 1}`,
    `COMP_WORDS=(${words.join(' ')})`,
    '_dht_completion',
    `printf '%s\\n' "\${COMPREPLY[@]}"`,
  ].join('\n')
  const options = { encoding: 'utf8', env: { PATH: path }, timeout: 30_000 } as const
  const { stdout, stderr } = spawnSync('bash', ['--norc', '-c', script], options)
  expect(stderr).toBe('')
  return stdout.split('\n').filter((each) => each !== '')
}

it('bash completes commands, options and values', { timeout: 60_000 }, async () => {
  const path = await pathWithCommand()
  expect(offered(path, 'dht sc')).toEqual(['scrape'])
  expect(offered(path, 'dht lookup --mod')).toEqual(['--mode'])
  expect(offered(path, 'dht lookup --mode ')).toEqual(['first', 'quick', 'all'])
  // The shell completes files where nothing is offered.
  expect(offered(path, 'dht lookup ')).toEqual([])
})
