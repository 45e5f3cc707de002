// A running node is asked by other commands of this machine, over its socket.

import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as after } from 'node:timers/promises'
import type { DhtNode } from '@dht/node'
import { temporaryFolder } from '@dht/testing/temporary'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { askRunning } from '../../src/control/ask-running.ts'
import { serveControl } from '../../src/control/control-server.ts'
import { type Running, run, start } from '../support/command.ts'

const TIMEOUT = { timeout: 60_000 }

let runtime: string
let running: Running[]

beforeEach(() => {
  runtime = temporaryFolder()
  process.env['XDG_RUNTIME_DIR'] = runtime
  running = []
})

afterEach(async () => {
  delete process.env['XDG_RUNTIME_DIR']
  for (const node of running) node.stop()
  await Promise.all(running.map(({ ended }) => ended))
})

/** @returns its UDP port and id */
async function node(...options: string[]): Promise<{ readonly port: string; readonly id: string }> {
  const here = ['--bootstrap', 'none', '--ipv4', '127.0.0.1', '--ipv6', 'off', '--port', '0']
  const started = start(['run', ...here, ...options])
  running.push(started)
  const [, id = '', port = ''] = await started.until(/node ([\da-f]+) at 127\.0\.0\.1:(\d+)/)
  await expect.poll(() => existsSync(join(runtime, 'dht'))).toBe(true)
  await expect.poll(() => readdirSync(join(runtime, 'dht')).join()).toContain(`${port}.sock`)
  return { port, id }
}

/** Nodes join until a watch of the node at `port` prints that. */
async function untilSeen(watching: Running, pattern: RegExp, port: string): Promise<void> {
  let hasSeen = false
  const seen = watching.until(pattern).then(() => {
    hasSeen = true
  })
  // Those that join before the watch has begun are not seen.
  for (let count = 0; count < 20 && !hasSeen; count++) {
    await node('--bootstrap', `127.0.0.1:${port}`)
    await after(200)
  }
  await seen
}

it('prints the info of a running node, as text and as JSON', TIMEOUT, async () => {
  const { port, id } = await node()
  const text = await run('info', '--port', port)
  expect(text).toMatchObject({ code: 0, err: '' })
  expect(text.out).toContain(`id        ${id}\n`)
  const json = JSON.parse((await run('info', '--json', '--port', port)).out)
  expect(json).toMatchObject({ id, network: 'dht256' })
})

it(
  'finds a node at a port without its network, and says how to name one of several',
  TIMEOUT,
  async () => {
    const { port, id } = await node('--network', 'mainline')
    for (const named of ['--port', '--node']) {
      expect((await run('info', named, port)).out).toContain(`id        ${id}\n`)
    }
    await node('--network', 'mainline')
    const { code, err } = await run('info', '--network', 'mainline')
    expect(code).not.toBe(0)
    expect(err).toMatch(/several nodes of mainline run, at the ports [\d, ]+: name one by --node/)
  },
)

it('watches a running node until it is stopped', TIMEOUT, async () => {
  const { port } = await node()
  const watching = start(['watch', '--port', port])
  await untilSeen(watching, /^\d{4}-\d\d-\d\dT[\d:]{8}Z IPv4: added [\da-f]{8} at 127/m, port)
  watching.stop()
  expect((await watching.ended).code).toBe(0)
})

it('stops a watch that has not begun', TIMEOUT, async () => {
  const { port } = await node()
  const watching = start(['watch', '--port', port])
  watching.stop()
  expect((await watching.ended).code).toBe(0)
})

it('says so when the node ends before it answers', TIMEOUT, async () => {
  mkdirSync(join(runtime, 'dht'), { mode: 0o700 })
  const server = createServer((socket) => socket.destroy())
  server.listen(join(runtime, 'dht', 'dht256-9.sock'))
  await once(server, 'listening')
  for (let time = 0; time < 10; time++) {
    const { err } = await run('info', '--port', '9')
    expect(err).toBe('error: the node has ended\n')
  }
  server.close()
})

it('the watch ends with the node', TIMEOUT, async () => {
  const { port } = await node()
  const watching = start(['watch', '--json', '--port', port])
  await untilSeen(watching, /"at":"[-\d:.TZ]+","kind":"contact-added"/, port)
  running[0]!.stop()
  expect(await watching.ended).toMatchObject({ code: 1, err: 'error: the node has ended\n' })
})

it('says which nodes run when the named one does not', TIMEOUT, async () => {
  const nobody = await run('info', '--port', '9')
  expect(nobody).toEqual({ code: 1, out: '', err: 'error: no node of dht256 runs at port 9\n' })
  const { port } = await node('--network', 'mainline')
  const other = await run('info', '--port', '9')
  expect(other.err).toContain(`found: mainline at port ${port}`)
  expect((await run('info', '--network', 'mainline', '--port', port)).code).toBe(0)
})

it('makes no folder to look for nodes, and uses none behind a link', TIMEOUT, async () => {
  process.env['XDG_RUNTIME_DIR'] = join(runtime, 'none')
  expect((await run('info')).err).toContain('no node of dht256 runs')
  expect(existsSync(join(runtime, 'none'))).toBe(false)
  process.env['XDG_RUNTIME_DIR'] = runtime
  mkdirSync(join(runtime, 'elsewhere'), { mode: 0o700 })
  symlinkSync('elsewhere', join(runtime, 'dht'))
  expect((await run('info')).err).toContain('must belong to you alone')
})

it('reads what other nodes wrote, whatever is in it', TIMEOUT, async () => {
  const message = '\u2028 \u2029 \u009b \u007f \u{e0001} \n'
  async function* events(): AsyncGenerator<unknown> {
    yield { kind: 'warning', message }
  }
  mkdirSync(join(runtime, 'dht'), { mode: 0o700 })
  const node = { events } as unknown as DhtNode
  await using _ = await serveControl(node, join(runtime, 'dht', 'dht256-9.sock'))
  const { out } = await run('watch', '--json', '--port', '9')
  expect(JSON.parse(out)).toMatchObject({ kind: 'warning', message })
  expect(out).toMatch(/^[\x20-\x7e]+\n$/)
})

it('does not wait for a node that is stopped and answers nothing', TIMEOUT, async () => {
  mkdirSync(join(runtime, 'dht'), { mode: 0o700 })
  const path = join(runtime, 'dht', 'dht256-9.sock')
  const silent = createServer(() => {}).listen(path)
  await once(silent, 'listening')
  const how = { signal: new AbortController().signal, tell: () => {}, answerWithinMs: 50 }
  const asked = askRunning({ network: 'dht256', port: 9 }, { op: 'info' }, how)
  await expect(asked).rejects.toThrow('the node of dht256 at port 9 does not answer')
  silent.close()
})

it('only its user can reach the socket', TIMEOUT, async () => {
  const { port } = await node()
  expect(statSync(join(runtime, 'dht')).mode & 0o777).toBe(0o700)
  // It is narrowed right after it was made, in a folder that is closed to others.
  const socket = join(runtime, 'dht', `dht256-${port}.sock`)
  await expect.poll(() => statSync(socket).mode & 0o777).toBe(0o600)
  chmodSync(join(runtime, 'dht'), 0o755)
  expect((await run('info', '--port', port)).err).toContain('must belong to you alone')
})

it(
  'a socket that a killed node left behind is replaced, any other file is not',
  TIMEOUT,
  async () => {
    const { port } = await node()
    running[0]!.stop()
    await running[0]!.ended
    const path = join(runtime, 'dht', `dht256-${port}.sock`)
    expect(existsSync(path)).toBe(false)
    const again = ['--port', port]
    // A listener that is gone without removing its socket.
    const server = createServer().listen(path)
    await once(server, 'listening')
    writeFileSync(join(runtime, 'dht', 'other'), 'mine')
    const second = start([
      ...['run', '--bootstrap', 'none', '--ipv4', '127.0.0.1', '--ipv6', 'off'],
      ...again,
    ])
    running.push(second)
    await second.until(/other commands can't reach this node/)
    server.close()
  },
)
