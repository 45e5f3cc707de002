// What needs a process of its own: that it ends by itself, and what is left when it is killed.

import { type ChildProcess, execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { bundle, signal, start } from '../support/child.ts'
import { dnsServer } from '../support/dns-server.ts'

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dht-e2e-'))
})

afterAll(() => rm(folder, { recursive: true }))

it('API-3: a process whose nodes are closed ends by itself', async () => {
  const { ended } = start(await bundle('close', folder), join(folder, 'state'))
  expect(await ended).toEqual({ code: 0, stdout: '[]\n', stderr: '' })
}, 60_000)

it('API-3: a process whose node is closed while names are looked up ends by itself', async () => {
  const server = await dnsServer({}, () => true)
  const { child, ended } = start(await bundle('names', folder), server.address)
  await expect.poll(() => new Set(server.asked).size, { timeout: 20_000 }).toBe(3)
  child.stdin?.write('go on')
  expect(await ended).toEqual({ code: 0, stdout: '[]\n', stderr: '' })
  await server.close()
}, 60_000)

it('PERSIST-4: a process killed while it saves leaves one whole value', async () => {
  const program = await bundle('save', folder)
  for (let kill = 0; kill < 6; kill++) {
    const path = join(folder, `saved-${kill}`)
    const { child, ended } = start(program, path)
    child.stdout?.once('data', () => setTimeout(() => signal(child, 'SIGKILL'), 7 * kill))
    expect((await ended).code).toBe(null)
    const text = await readFile(path, 'utf8')
    expect([text.length, new Set(text).size]).toEqual([1_000_000, 1])
  }
}, 60_000)

/** The first line that a program prints. */
async function firstLine(child: ChildProcess): Promise<string> {
  const [chunk] = (await once(child.stdout!, 'data')) as [Buffer]
  return chunk.toString().trim()
}

/** Makes the lock look as if its process had not touched it for a minute. */
async function age(path: string): Promise<void> {
  const longAgo = new Date(Date.now() - 60_000)
  await utimes(`${path}.lock`, longAgo, longAgo)
}

it('PERSIST-5: a node killed right after its start has the same id after a restart', async () => {
  const program = await bundle('keep', folder)
  const path = join(folder, 'killed', 'state')
  const ids = new Set<string>()
  for (let kill = 0; kill < 3; kill++) {
    const { child, ended } = start(program, path)
    ids.add(await firstLine(child))
    signal(child, 'SIGKILL')
    await ended
    expect((await readdir(join(folder, 'killed'))).sort()).toEqual(['state', 'state.lock'])
    // Where the system does not tell that a process has ended, its lock has to become stale first.
    if (process.platform !== 'linux') await age(path)
  }
  const { child, ended } = start(program, path)
  ids.add(await firstLine(child))
  signal(child, 'SIGTERM')
  expect(await ended).toMatchObject({ code: 0, stderr: '' })
  expect([...ids]).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)])
  expect(await readdir(join(folder, 'killed'))).toEqual(['state'])
}, 60_000)

it('PERSIST-8: of two processes with one state the second waits and is then refused', async () => {
  const program = await bundle('keep', folder)
  const path = join(folder, 'shared')
  const first = start(program, path)
  const id = await firstLine(first.child)
  const before = await readFile(path)
  const second = start(program, path)
  expect(await second.ended).toEqual({
    code: 0,
    stdout: 'ERR_DHT_NODE_STATE_IN_USE\n',
    stderr: 'DHT_STATE_WAITING\n',
  })
  expect(await readFile(path)).toEqual(before)
  signal(first.child, 'SIGTERM')
  expect((await first.ended).code).toBe(0)
  const third = start(program, path)
  expect(await firstLine(third.child)).toBe(id)
  signal(third.child, 'SIGTERM')
  await third.ended
}, 60_000)

it('PERSIST-8: a process that is suspended for long loses the state to the next one', async () => {
  const program = await bundle('keep', folder)
  const path = join(folder, 'stopped')
  const first = start(program, path)
  const id = await firstLine(first.child)
  signal(first.child, 'SIGSTOP')
  await age(path)
  const second = start(program, path)
  expect(await firstLine(second.child)).toBe(id)
  const held = await readFile(path)
  const savedAt = (await stat(path)).mtimeMs
  signal(first.child, 'SIGCONT')
  signal(first.child, 'SIGTERM')
  expect(await first.ended).toMatchObject({ code: 0, stderr: 'DHT_STATE_TAKEN\n' })
  expect([await readFile(path), (await stat(path)).mtimeMs]).toEqual([held, savedAt])
  signal(second.child, 'SIGTERM')
  expect(await second.ended).toMatchObject({ code: 0, stderr: '' })
}, 60_000)

it('PERSIST-2: a FIFO, a folder and a read-only folder are refused at once', async () => {
  const program = await bundle('keep', folder)
  const [fifo, readOnly] = [join(folder, 'fifo'), join(folder, 'read-only')]
  execFileSync('mkfifo', [fifo])
  await mkdir(readOnly)
  await chmod(readOnly, 0o500)
  const codes = await Promise.all(
    [fifo, folder, '/proc/state', join(readOnly, 'state')].map(async (path) => {
      const { child, ended } = start(program, path)
      const code = await firstLine(child)
      signal(child, 'SIGTERM')
      await ended
      return code
    }),
  )
  const isRoot = process.getuid?.() === 0
  expect(codes.slice(0, 3)).toEqual([
    'ERR_DHT_NODE_ARGUMENT',
    'ERR_DHT_NODE_ARGUMENT',
    'ERR_DHT_NODE_STATE',
  ])
  // The superuser can write to a read-only folder.
  if (!isRoot) expect(codes[3]).toBe('ERR_DHT_NODE_STATE')
  await chmod(readOnly, 0o700)
}, 60_000)
