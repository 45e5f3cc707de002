// Commands are carried out by a running node of their network. `--node` names it in each of them,
// so that none of them ever makes a node of its own here.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createNode, type DhtNode, formatEndpoint, mainline, type Network } from '@dht/node'
import { temporaryFolder } from '@dht/testing/temporary'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Running, run, start } from '../support/command.ts'

const TIMEOUT = { timeout: 60_000 }
const INFOHASH = 'ab'.repeat(20)
const IDENTITY = 'cd'.repeat(32)
const HERE = ['--ipv4', '127.0.0.1', '--ipv6', 'off', '--port', '0']

let nodes: DhtNode[]
let running: Running[]
let runtime: string

beforeEach(() => {
  runtime = temporaryFolder()
  process.env['XDG_RUNTIME_DIR'] = runtime
  nodes = []
  running = []
})

afterEach(async () => {
  delete process.env['XDG_RUNTIME_DIR']
  for (const each of running) each.stop()
  await Promise.all(running.map(({ ended }) => ended))
  await Promise.all(nodes.map((node) => node.close()))
})

/** @returns the UDP port of a running node that has joined three others */
async function runningIn(network: Network | undefined, ...options: string[]): Promise<string> {
  const here = { port: 0, ipv4: '127.0.0.1', ipv6: false, ...(network && { network }) } as const
  const first = await createNode({ ...here, bootstrap: [] })
  nodes = [first]
  for (let count = 0; count < 2; count++) {
    nodes.push(await createNode({ ...here, bootstrap: first.endpoints }))
  }
  await Promise.all(nodes.slice(1).map((node) => node.joined()))
  const at = formatEndpoint(first.endpoints[0]!)
  const started = start(['run', '--bootstrap', at, ...HERE, ...options])
  running.push(started)
  const [, port = ''] = await started.until(/node [\da-f]+ at 127\.0\.0\.1:(\d+)/)
  await started.until(/joined, \d contact/)
  await expect.poll(() => existsSync(socketOf(network?.name ?? 'dht256', port))).toBe(true)
  return port
}

function socketOf(network: string, port: string): string {
  return join(runtime, 'dht', `${network}-${port}.sock`)
}

it('Mainline: every command is carried out by the running node', TIMEOUT, async () => {
  const port = await runningIn(mainline, '--network', 'mainline')
  const ask = (...argv: string[]) => run(...argv, '--network', 'mainline', '--node', port)
  const stored = await ask('announce', '--once', '--seed', INFOHASH, '6881')
  expect(stored).toEqual({ code: 0, out: 'stored by 3 nodes, 0 refused, 0 unreachable\n', err: '' })
  const found = await ask('lookup', INFOHASH)
  expect(found).toMatchObject({ code: 0, out: '127.0.0.1:6881\n' })
  const traced = await ask('lookup', '--trace', INFOHASH)
  expect(traced.out).toBe('127.0.0.1:6881\n')
  expect(traced.err).toMatch(
    /^IPv4 \+0\.0 ms {2}[123] starting contacts?\n(?:IPv4 .*\n)+1 endpoint /,
  )
  const json = (await ask('lookup', '--trace', '--json', INFOHASH)).out.trim().split('\n')
  const lines = json.map((line) => JSON.parse(line))
  const result = lines.pop()
  expect(result.endpoints).toEqual([{ address: '127.0.0.1', port: 6881, family: 4 }])
  expect(result.trace).toHaveLength(1)
  expect(lines.map(({ lookup, step }) => [lookup, step])).toEqual(
    result.trace[0].steps.map((step: object) => [result.trace[0].lookup, step]),
  )
  const closest = await ask('closest', INFOHASH)
  expect(closest.out.trim().split('\n').sort()).toEqual(
    nodes.map((each) => `${each.id}  ${formatEndpoint(each.endpoints[0]!)}`).sort(),
  )
  expect(await ask('scrape', INFOHASH)).toMatchObject({ out: 'about 1 seed, 0 downloaders\n' })
  const sampled = await ask('sample', '--limit', '1')
  expect(sampled.out).toMatch(new RegExp(`^${INFOHASH}  from 127\\.0\\.0\\.1:\\d+\\n$`))
  const ping = await ask('ping', formatEndpoint(nodes[1]!.endpoints[0]!))
  expect(ping.out).toContain(nodes[1]!.id)
  const own = await ask('ping', `127.0.0.1:${port}`)
  expect([own.code, own.err]).toEqual([1, expect.stringMatching(/that is the node .*--standalone/)])
  const key = join(temporaryFolder(), 'key')
  const author = (await run('id', 'key', key)).out.trim()
  expect((await ask('put', '--once', '--key', key, '--salt', 'news', 'rain')).code).toBe(0)
  expect((await ask('put', '--once', '--key', key, '--salt', 'news', 'sun')).code).toBe(0)
  const item = await ask('get', '--salt', 'news', author)
  expect(item).toMatchObject({ code: 0, out: 'sun' })
  expect(item.err).toContain('version 2')
})

describe('what goes on', () => {
  it('is announced by the running node until the command ends', TIMEOUT, async () => {
    const port = await runningIn(undefined)
    const entering = start(['enter', '--node', port, IDENTITY, '8080'])
    await entering.until(/stored by 3 nodes/)
    const found = async (): Promise<number> => (await nodes[2]!.lookup(IDENTITY)).endpoints.length
    expect(await found()).toBe(1)
    const info = JSON.parse((await run('info', '--json', '--port', port)).out)
    expect(info.announcements).toHaveLength(1)
    entering.stop()
    expect((await entering.ended).code).toBe(0)
    await expect.poll(found, { timeout: 20_000, interval: 200 }).toBe(0)
  })

  it('fails when the node ends, which keeps nothing of it', TIMEOUT, async () => {
    const state = join(temporaryFolder(), 'state')
    const port = await runningIn(undefined, '--state', state)
    const entering = start(['enter', '--node', port, IDENTITY, '8080'])
    await entering.until(/stored by 3 nodes/)
    running[0]!.stop()
    expect(await entering.ended).toMatchObject({ code: 1, err: 'error: the node has ended\n' })
    await running[0]!.ended
    const again = start(['run', '--bootstrap', 'none', '--state', state, ...HERE])
    running.push(again)
    const [, next = ''] = await again.until(/node [\da-f]+ at 127\.0\.0\.1:(\d+)/)
    await expect.poll(() => existsSync(socketOf('dht256', next))).toBe(true)
    const info = JSON.parse((await run('info', '--json', '--port', next)).out)
    expect(info.announcements).toEqual([])
  })
})

describe('which node is asked', () => {
  it('the only one of the network, when none is named', TIMEOUT, async () => {
    await runningIn(undefined)
    const { code, out } = await run('closest', IDENTITY)
    expect([code, out.trim().split('\n')]).toEqual([
      0,
      expect.arrayContaining([expect.any(String)]),
    ])
    const other = start(['run', '--bootstrap', 'none', ...HERE])
    running.push(other)
    const [, port = ''] = await other.until(/node [\da-f]+ at 127\.0\.0\.1:(\d+)/)
    await expect.poll(() => existsSync(socketOf('dht256', port))).toBe(true)
    expect((await run('closest', IDENTITY)).err).toMatch(/several nodes of dht256 run.* name one/)
  })

  it('none, when the command is to have a node of its own', TIMEOUT, async () => {
    const port = await runningIn(undefined)
    const alone = await run('closest', '--standalone', IDENTITY)
    expect(alone).toMatchObject({
      code: 2,
      err: expect.stringContaining('no public bootstrap nodes'),
    })
    const both = await run('closest', '--standalone', '--node', port, IDENTITY)
    expect(both).toMatchObject({ code: 2, err: expect.stringContaining('--node names a running') })
    const wrong = await run('closest', '--node', '9', IDENTITY)
    expect(wrong).toMatchObject({ code: 1, err: expect.stringContaining('runs at port 9; found:') })
  })
})
