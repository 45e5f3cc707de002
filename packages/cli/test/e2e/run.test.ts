// The node as a process: how it starts, what it prints, and how it ends. Every node here has a
// bootstrap list on loopback, and contacts no other node.

import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { createServer, get, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Program, useProgram } from '@dht/testing/program'
import { temporaryFolder } from '@dht/testing/temporary'
import { describe, expect, it, onTestFinished } from 'vitest'

const TIMEOUT_MS = 60_000
const HERE = ['--port', '0', '--ipv4', '127.0.0.1', '--ipv6', 'off']

const program = useProgram('packages/cli')
const start = (argv: readonly string[], env?: Readonly<Record<string, string>>): Program =>
  program(['run', ...argv], env)

/** The id and the endpoint that a node prints when it has started. */
async function started(node: Program): Promise<{ readonly id: string; readonly at: string }> {
  const [, id = '', at = ''] = await node.until(/node ([0-9a-f]+) at (\S+)/)
  return { id, at }
}

async function end(node: Program, signal: NodeJS.Signals): Promise<number | NodeJS.Signals> {
  node.child.kill(signal)
  return node.ended
}

describe('a full node', () => {
  it('joins, prints its info on request, and ends', { timeout: TIMEOUT_MS }, async () => {
    const first = start(['--bootstrap', 'none', ...HERE])
    const { at } = await started(first)
    const second = start([...HERE], { DHT_BOOTSTRAP: at })
    await second.until(/IPv4: joined, 1 contact\n/)

    second.child.stdin?.write('what\ninfo\n')
    await second.until(/expected one of: info, quit/)
    await second.until(/IPv4 {6}127\.0\.0\.1:\d+, joined, 0 open queries\n {10}1 good/)
    first.child.kill('SIGUSR2')
    await first.until(/network {3}dht256\n/)

    second.child.stdin?.write('quit\n')
    expect(await second.ended).toBe(0)
    expect(await end(first, 'SIGINT')).toBe(0)
    expect(first.err()).toMatch(/closed\n$/)
  })

  it('ends at once while it waits for a state that is locked', async () => {
    const state = join(temporaryFolder(), 'state')
    const first = start(['--bootstrap', 'none', '--state', state, ...HERE])
    await started(first)
    // A crash leaves the lock behind. Its process was on a machine where nobody can look now.
    first.child.kill('SIGKILL')
    await first.ended
    const lock = `${state}.lock`
    writeFileSync(lock, readFileSync(lock, 'utf8').replace(/\S+\s*$/, 'elsewhere/1/pid:[1]\n'))
    const second = start(['--bootstrap', 'none', '--state', state, ...HERE])
    await second.until(/the state is locked: waiting/)
    const stoppedAt = performance.now()
    expect(await end(second, 'SIGTERM')).toBe(0)
    expect(performance.now() - stoppedAt).toBeLessThan(6_000)
    expect(second.err()).toMatch(/closed before it had started\n$/)
  })

  it('keeps its id and its contacts', { timeout: TIMEOUT_MS }, async () => {
    const state = join(temporaryFolder(), 'state')
    const other = start(['--bootstrap', 'none', ...HERE])
    const { at } = await started(other)
    const before = start(['--bootstrap', at, '--state', state, ...HERE])
    const { id } = await started(before)
    await before.until(/joined, 1 contact\n/)
    expect(await end(before, 'SIGTERM')).toBe(0)
    expect(statSync(state).size).toBeGreaterThan(64)

    const after = start(['--bootstrap', 'none', ...HERE], { DHT_STATE: state })
    expect((await started(after)).id).toBe(id)
    await after.until(/joined, 1 contact\n/)
    expect(await end(after, 'SIGTERM')).toBe(0)
    expect(await end(other, 'SIGTERM')).toBe(0)
  })

  it('sets a damaged state aside and starts anew', { timeout: TIMEOUT_MS }, async () => {
    const state = join(temporaryFolder(), 'state')
    const scribble = 'dht-state 2\nscribble'
    writeFileSync(state, scribble)
    const node = start(['--bootstrap', 'none', '--state', state, ...HERE])
    await node.until(/warning: the saved state is damaged and was set aside as .*state\.damaged-/)
    await started(node)
    expect(await end(node, 'SIGTERM')).toBe(0)
    expect(existsSync(state)).toBe(true)
    expect(readFileSync(state, 'latin1')).not.toBe(scribble)
  })

  it('refuses a file that is not a state, and leaves it unchanged', {
    timeout: TIMEOUT_MS,
  }, async () => {
    const notes = join(temporaryFolder(), 'notes')
    writeFileSync(notes, 'my notes')
    const node = start(['--bootstrap', 'none', '--state', notes, ...HERE])
    expect(await node.ended).toBe(2)
    expect(readFileSync(notes, 'latin1')).toBe('my notes')
  })

  it('serves metrics, its health and its info', { timeout: TIMEOUT_MS }, async () => {
    const node = start(['--bootstrap', 'none', '--metrics', '0', ...HERE])
    const { id, at } = await started(node)
    const [, url] = await node.until(/metrics at (http:\/\/127\.0\.0\.1:\d+)\/metrics/)
    const metrics = await fetch(`${url}/metrics`)
    expect(metrics.headers.get('content-type')).toBe('text/plain; version=0.0.4')
    const text = await metrics.text()
    expect(text).toContain('\ndht_contacts{family="4",standing="good"} 0\n')
    expect(text).toMatch(/\n# HELP process_resident_memory_bytes .*\n# TYPE .* gauge\n.* \d+\n/)
    const info = await fetch(`${url}/info`)
    expect(await info.json()).toMatchObject({ id, network: 'dht256', announcements: [] })
    expect((await fetch(`${url}/`)).status).toBe(404)
    expect((await fetch(`${url}/info`, { method: 'POST' })).status).toBe(405)
    expect(await (await fetch(`${url}/health`)).text()).toBe('ok\n')
    const ready = async (): Promise<number> => (await fetch(`${url}/ready`)).status
    expect(await ready()).toBe(503)
    const other = start(['--bootstrap', at, ...HERE])
    await other.until(/joined, 1 contact/)
    await node.until(/joined, 1 contact/)
    expect(await ready()).toBe(200)
    expect(await end(other, 'SIGTERM')).toBe(0)
    expect(await end(node, 'SIGTERM')).toBe(0)
  })

  it('tells its info to this machine alone', { timeout: TIMEOUT_MS }, async () => {
    const options = ['--metrics', '0', '--metrics-address', '0.0.0.0', '--bootstrap', 'none']
    const node = start([...options, ...HERE])
    const [, port] = await node.until(/metrics at http:\/\/0\.0\.0\.0:(\d+)/)
    const statusFor = async (host: string): Promise<number | undefined> => {
      const asked = get({ host: '127.0.0.1', port, path: '/info', headers: { host } })
      const [response] = (await once(asked, 'response')) as [IncomingMessage]
      response.resume()
      return response.statusCode
    }
    expect(await statusFor(`localhost:${port}`)).toBe(200)
    expect(await statusFor(`[::1]:${port}`)).toBe(200)
    // A page that a browser on this machine shows.
    expect(await statusFor(`page.example:${port}`)).toBe(403)
    expect(await end(node, 'SIGTERM')).toBe(0)
  })

  it('keeps its state in the folder of the user, by network and port', {
    timeout: TIMEOUT_MS,
  }, async () => {
    const home = temporaryFolder()
    const free = createSocket('udp4').bind(0, '127.0.0.1')
    await once(free, 'listening')
    const { port } = free.address()
    await promisify(free.close.bind(free) as (done: () => void) => void)()
    const options = ['--bootstrap', 'none', ...HERE, '--port', `${port}`]
    const node = start(options, { XDG_STATE_HOME: home })
    const { id } = await started(node)
    expect(await end(node, 'SIGTERM')).toBe(0)
    expect(readdirSync(join(home, 'dht'))).toEqual([`dht256-${port}.state`])
    const again = start(options, { XDG_STATE_HOME: home })
    expect((await started(again)).id).toBe(id)
    expect(await end(again, 'SIGTERM')).toBe(0)
    const none = start([...options, '--state', 'none'], { XDG_STATE_HOME: home })
    expect((await started(none)).id).not.toBe(id)
    expect(await end(none, 'SIGTERM')).toBe(0)
  })

  it('keeps no state at any free port', { timeout: TIMEOUT_MS }, async () => {
    const home = temporaryFolder()
    const node = start(['--bootstrap', 'none', ...HERE], { XDG_STATE_HOME: home })
    await started(node)
    expect(await end(node, 'SIGTERM')).toBe(0)
    expect(readdirSync(home)).toEqual([])
  })

  it('writes a log for programs, to a file that may be moved', {
    timeout: TIMEOUT_MS,
  }, async () => {
    const [log, moved] = ['log', 'log.1'].map((name) => join(temporaryFolder(), name)) as [
      string,
      string,
    ]
    const first = start(['--bootstrap', 'none', ...HERE])
    const { id, at } = await started(first)
    const options = ['--log-format', 'json', '--log', 'verbose', '--log-file', log]
    const node = start(['--bootstrap', at, ...options, ...HERE])
    const lines = (path: string): Record<string, unknown>[] =>
      (existsSync(path) ? readFileSync(path, 'utf8') : '')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line))
    await expect
      .poll(() => lines(log), { timeout: 20_000 })
      .toContainEqual({
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        level: 'info',
        message: `IPv4: added ${id.slice(0, 8)} at ${at}`,
        event: expect.objectContaining({ kind: 'contact-added', contact: { id, ...placeOf(at) } }),
      })
    const messages = (): unknown[] => lines(log).map(({ message }) => message)
    await expect.poll(messages, { timeout: 20_000 }).toContain('IPv4: joined, 1 contact')
    renameSync(log, moved)
    node.child.kill('SIGHUP')
    await expect.poll(() => existsSync(log), { timeout: 20_000 }).toBe(true)
    expect(await end(node, 'SIGTERM')).toBe(0)
    expect(messages()).toEqual(['opened the log file again', 'closing', 'closed'])
    expect(node.err()).toBe('')
    expect(await end(first, 'SIGTERM')).toBe(0)
  })

  it('goes on when a terminal of others hangs up', { timeout: TIMEOUT_MS }, async () => {
    const node = start(['--bootstrap', 'none', ...HERE])
    await started(node)
    node.child.kill('SIGHUP')
    await node.until(/opened the log file again/)
    expect(await end(node, 'SIGTERM')).toBe(0)
  })

  it('looks on the local network if it is told to', { timeout: TIMEOUT_MS }, async () => {
    const alone = start(['--lan', '--bootstrap', 'none', '--state', 'none', ...HERE])
    // On loopback there is no local network: the source says so, and the node runs on.
    await alone.until(/warning: discovery lan: .*bound to this machine only\n/)
    await started(alone)
    expect(await end(alone, 'SIGTERM')).toBe(0)
  })

  it('uses the Mainline network', { timeout: TIMEOUT_MS }, async () => {
    const mainline = ['--network', 'mainline', '--log', 'verbose', ...HERE]
    const first = start(['--bootstrap', 'none', ...mainline])
    const { id, at } = await started(first)
    expect(id).toHaveLength(40)
    const second = start(['--bootstrap', at, ...mainline])
    await second.until(new RegExp(`IPv4: added ${id.slice(0, 8)} at ${at}`))
    expect(await end(second, 'SIGTERM')).toBe(0)
    expect(await end(first, 'SIGTERM')).toBe(0)
  })
})

function placeOf(at: string): { address: string; port: number; family: number } {
  const [address = '', port] = at.split(':')
  return { address, port: Number(port), family: 4 }
}

describe('a wrong setting is reported in one line', () => {
  it.each([
    [['--port', '70000'], {}, /'--port <port>' argument '70000' is invalid.*0 to 65535/],
    [[], { DHT_PORT: 'x' }, /'x' from env 'DHT_PORT' is invalid.*0 to 65535/],
    [[], { DHT_NETWORK: 'kad' }, /'kad' from env 'DHT_NETWORK' is invalid.*dht256, mainline/],
    [['--bootstrap', 'nowhere'], {}, /Expected host:port/],
    [['--ipv4', '::1'], {}, /Expected an IPv4 address or off/],
    [['--ipv6', '127.0.0.1'], {}, /Expected an IPv6 address or off/],
    [['--ipv4', 'off', '--ipv6', 'off'], {}, /at least one address/],
    [['--log', 'loud'], {}, /quiet, normal, verbose/],
    [['--log-format', 'xml'], {}, /text, json/],
    [['--log-file', '/nowhere/log'], {}, /no log can be written to \/nowhere\/log/],
    [['--metrics-address', 'eth0'], {}, /Expected an IPv4 or IPv6 address/],
    [
      ['--state', '/nowhere/state'],
      {},
      /no state can be kept in \/nowhere: there is no such folder/,
    ],
    [['--state', '/proc/self/status/x'], {}, /no state can be kept in .*: not a folder/],
    [['--state', '/dev'], {}, /no state can be kept in \/dev: not a file/],
    [[], { XDG_STATE_HOME: '/dev/null' }, /no state can be kept in \/dev\/null\/dht: not a folder/],
    [['--bogus'], {}, /unknown option '--bogus'/],
    [['word'], {}, /too many arguments/],
  ])('%j %j', { timeout: TIMEOUT_MS }, async (argv, env, message) => {
    const node = start(['--bootstrap', 'none', ...argv], env)
    expect(await node.ended).toBe(2)
    expect(node.err()).toMatch(message)
    expect(node.err().trimEnd().split('\n')).toHaveLength(1)
    expect(node.out()).toBe('')
  })
})

describe('a port in use is reported in one line', () => {
  it('the UDP port', { timeout: TIMEOUT_MS }, async () => {
    const first = start(['--bootstrap', 'none', ...HERE])
    const { at } = await started(first)
    const port = at.split(':')[1] ?? ''
    const second = start(['--bootstrap', 'none', ...HERE, '--port', port])
    expect(await second.ended).toBe(1)
    expect(second.err()).toBe(`error: UDP: 127.0.0.1 port ${port}: in use\n`)
    expect(await end(first, 'SIGTERM')).toBe(0)
  })

  it('the port of the metrics', { timeout: TIMEOUT_MS }, async () => {
    const server = createServer().listen(0, '127.0.0.1')
    onTestFinished(() => void server.close())
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const node = start(['--bootstrap', 'none', '--metrics', `${port}`, '--log', 'quiet', ...HERE])
    expect(await node.ended).toBe(1)
    expect(node.err()).toBe(`error: 127.0.0.1 port ${port}: in use\n`)
  })
})
