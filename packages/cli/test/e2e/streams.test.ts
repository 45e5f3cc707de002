// The command as a process whose streams are closed, can't be written or can't be read.

import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, openSync } from 'node:fs'
import { devNull } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { useProgram } from '@dht/testing/program'
import { temporaryFolder } from '@dht/testing/temporary'
import { expect, it } from 'vitest'
import { LogFile } from '../../src/run/log-file.ts'

const TIMEOUT = { timeout: 60_000 }
const RUN = [
  ...['run', '--port', '0', '--ipv4', '127.0.0.1', '--ipv6', 'off'],
  ...['--bootstrap', 'none', '--state', 'none'],
]

const program = useProgram('packages/cli')

async function dht(argv: readonly string[], stdio: StdioOptions): Promise<ChildProcess> {
  const probe = program(['id', 'random'])
  expect(await probe.ended).toBe(0)
  const [, main = ''] = probe.child.spawnargs
  const env = { ...process.env, XDG_RUNTIME_DIR: temporaryFolder() }
  return spawn(process.execPath, [main, ...argv], { stdio, env })
}

it('says that the output can not be written', TIMEOUT, async () => {
  const child = await dht(['id', 'random'], ['ignore', openSync(devNull, 'r'), 'pipe'])
  const [said, [code]] = await Promise.all([text(child.stderr!), once(child, 'close')])
  expect(said).toMatch(/^error: the output: EBADF.*\n$/)
  expect(code).toBe(1)
})

it('a node ends and keeps its state when nobody reads its log any more', TIMEOUT, async () => {
  const state = join(temporaryFolder(), 'state')
  const child = await dht([...RUN.slice(0, -1), state], ['ignore', 'ignore', 'pipe'])
  await once(child.stderr!, 'data')
  child.stderr!.destroy()
  // Nobody has told it to stop.
  expect(await once(child, 'close')).toEqual([141, null])
  expect(existsSync(state)).toBe(true)
})

it('a command ends well when its reader has enough', TIMEOUT, async () => {
  const child = await dht(['--help'], ['ignore', 'pipe', 'pipe'])
  child.stdout!.destroy()
  expect(await once(child, 'close')).toEqual([0, null])
})

it('a node runs on when its log can not be written', TIMEOUT, async () => {
  const child = await dht(RUN, ['pipe', 'pipe', openSync(devNull, 'r')])
  child.stdin!.write('info\n')
  await once(child.stdout!, 'data')
  child.kill('SIGTERM')
  expect(await once(child, 'close')).toEqual([0, null])
})

it('a node runs without an input that can be read', TIMEOUT, async () => {
  const child = await dht(RUN, [openSync(devNull, 'w'), 'ignore', 'pipe'])
  let said = ''
  child.stderr!.on('data', (chunk) => {
    said += chunk
  })
  await expect.poll(() => said, TIMEOUT).toContain('joined')
  child.kill('SIGTERM')
  expect(await once(child, 'close')).toEqual([0, null])
})

it('a line of the log that can not be written is dropped', () => {
  const file = new LogFile(join(temporaryFolder(), 'log'))
  file[Symbol.dispose]()
  expect(() => file.write('a line\n')).not.toThrow()
})
