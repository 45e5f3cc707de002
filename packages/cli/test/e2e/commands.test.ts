// Every command against a small network of real nodes on loopback.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hashedIds, isSecureId } from '@dht/id'
import {
  createNode,
  type DhtNode,
  formatEndpoint,
  idFromHex,
  mainline,
  type Network,
} from '@dht/node'
import { temporaryFolder } from '@dht/testing/temporary'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { run, start } from '../support/command.ts'

const INFOHASH = 'ab'.repeat(20)
const IDENTITY = 'cd'.repeat(32)
const SOCKETS = ['--ipv4', '127.0.0.1', '--ipv6', 'off']

let nodes: readonly DhtNode[]

// A node that runs on this machine takes no part.
beforeAll(() => {
  process.env['XDG_RUNTIME_DIR'] = mkdtempSync(join(tmpdir(), 'dht-commands-'))
})

async function network(of?: Network): Promise<DhtNode[]> {
  const here = { port: 0, ipv4: '127.0.0.1', ipv6: false, ...(of && { network: of }) } as const
  const first = await createNode({ ...here, bootstrap: [] })
  const rest = await Promise.all(
    [1, 2, 3].map(() => createNode({ ...here, bootstrap: first.endpoints })),
  )
  await Promise.all(rest.map((node) => node.joined()))
  return [first, ...rest]
}

function place(node: DhtNode | undefined): string {
  return formatEndpoint(node!.endpoints[0]!)
}

/** The options of a command that joins by the first node. */
const joining = (): string[] => ['--bootstrap', place(nodes[0]), ...SOCKETS]

afterAll(async () => {
  rmSync(process.env['XDG_RUNTIME_DIR'] as string, { recursive: true })
  delete process.env['XDG_RUNTIME_DIR']
  await Promise.all(nodes.map((node) => node.close()))
})

describe('in Mainline', () => {
  beforeAll(async () => {
    nodes = await network(mainline)
  })
  afterAll(() => Promise.all(nodes.map((node) => node.close())))

  it('announces, looks up and counts', { timeout: 60_000 }, async () => {
    const nobody = await run('lookup', ...joining(), INFOHASH)
    expect([nobody.code, nobody.out]).toEqual([1, ''])
    const announced = await run('announce', '--once', '--seed', ...joining(), INFOHASH, '6881')
    expect(announced).toMatchObject({
      code: 0,
      out: 'stored by 4 nodes, 0 refused, 0 unreachable\n',
    })
    const found = await run('lookup', ...joining(), `magnet:?xt=urn:btih:${INFOHASH}`)
    expect(found).toMatchObject({ code: 0, out: '127.0.0.1:6881\n' })
    expect(found.err).toMatch(/^1 endpoint from \d nodes; \d queries, \d hops?, \d+(?:\.\d)? m?s/)
    const json = JSON.parse((await run('lookup', '--json', ...joining(), INFOHASH)).out)
    expect(json.endpoints).toEqual([{ address: '127.0.0.1', port: 6881, family: 4 }])
    const size = await run('scrape', ...joining(), INFOHASH)
    expect(size).toMatchObject({ code: 0, out: 'about 1 seed, 0 downloaders\n' })
    const sampled = await run('sample', '--limit', '1', ...joining())
    expect(sampled.out).toMatch(new RegExp(`^${INFOHASH}  from 127\\.0\\.0\\.1:\\d+\\n$`))
  })

  it('puts and gets items', { timeout: 60_000 }, async () => {
    const put = await run('put', '--once', ...joining(), 'hello')
    const [id = ''] = put.out.split(' ')
    expect(put.out).toBe(`${id}  stored by 4 nodes\n`)
    expect(await run('get', ...joining(), id)).toEqual({
      code: 0,
      out: 'hello',
      err: `${id}, immutable\n`,
    })
    const key = join(temporaryFolder(), 'key')
    const author = (await run('id', 'key', key)).out.trim()
    const signed = ['put', '--once', '--key', key, '--salt', 'news', ...joining()]
    await run(...signed, 'rain')
    expect((await run(...signed, 'sun')).code).toBe(0)
    const read = await run('get', '--salt', 'news', ...joining(), author)
    expect(read.out).toBe('sun')
    expect(read.err).toContain(`version 2 of ${author}`)
    const json = JSON.parse(
      (await run('get', '--json', '--salt', 'news', ...joining(), author)).out,
    )
    expect(json).toMatchObject({ signed: { seq: '2', publicKey: author } })
    const old = await run(...signed, '--seq', '1', 'fog')
    expect([old.code, old.err]).toEqual([1, expect.stringMatching(/refused: 302/)])
    const missing = await run('get', ...joining(), '00'.repeat(20))
    expect(missing).toEqual({ code: 1, out: '', err: 'error: not found\n' })
  })

  it('puts a pointer to a torrent', { timeout: 60_000 }, async () => {
    const key = join(temporaryFolder(), 'key')
    const author = (await run('id', 'key', key)).out.trim()
    await run('put', '--once', '--key', key, '--infohash', INFOHASH, ...joining())
    const read = await run('get', ...joining(), `magnet:?xs=urn:btpk:${author}`)
    expect(read.out).toBe(`${INFOHASH}\n`)
  })

  it('pings', { timeout: 60_000 }, async () => {
    const at = place(nodes[1])
    const alive = await run('ping', '--network', 'mainline', ...SOCKETS, at)
    expect(alive.out).toMatch(new RegExp(`^${nodes[1]!.id}  ${at}  [\\d.]+ ms\\n$`))
    const json = await run('ping', '--json', '--network', 'mainline', ...SOCKETS, at)
    expect(JSON.parse(json.out)).toMatchObject({ contact: { id: nodes[1]!.id } })
  })
})

describe('in dht256', () => {
  beforeAll(async () => {
    nodes = await network()
  })

  it('enters until it is stopped, and withdraws', { timeout: 60_000 }, async () => {
    const entering = start(['enter', ...joining(), IDENTITY, '8080'])
    await entering.until(/stored by 4 nodes/)
    expect((await run('lookup', ...joining(), IDENTITY)).out).toBe('127.0.0.1:8080\n')
    entering.stop()
    expect((await entering.ended).code).toBe(0)
    expect((await run('lookup', ...joining(), IDENTITY)).code).toBe(1)
  })

  it('leaves what was entered once', { timeout: 60_000 }, async () => {
    expect((await run('enter', '--once', ...joining(), IDENTITY, '8081')).code).toBe(0)
    expect((await run('lookup', ...joining(), IDENTITY)).out).toBe('127.0.0.1:8081\n')
  })

  it('finds the closest nodes', { timeout: 60_000 }, async () => {
    const { id } = nodes[2]!
    const found = await run('closest', ...joining(), id)
    expect(found.out.split('\n')[0]).toBe(`${id}  ${place(nodes[2])}`)
    expect(found.out.trimEnd().split('\n')).toHaveLength(4)
  })

  it('ends when nobody responds', { timeout: 60_000 }, async () => {
    const dead = ['--bootstrap', '127.0.0.1:1', ...SOCKETS]
    const { code, err } = await run('lookup', ...dead, IDENTITY)
    expect([code, err]).toEqual([1, expect.stringContaining('no bootstrap node responded')])
    expect((await run('ping', ...SOCKETS, '127.0.0.1:1')).code).toBe(1)
  })

  it('is stopped before it is done', { timeout: 60_000 }, async () => {
    const looking = start(['lookup', '--bootstrap', '192.0.2.1:9', ...SOCKETS, IDENTITY])
    looking.stop()
    expect((await looking.ended).code).toBe(130)
  })
})

describe('ids, without a network', () => {
  it('of a file, an address, and at random', async () => {
    const file = join(temporaryFolder(), 'file')
    writeFileSync(file, 'abc')
    expect((await run('id', 'file', file)).out).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\n',
    )
    const secure = (await run('id', 'address', '124.31.75.21')).out.trim()
    expect(isSecureId(idFromHex(secure, 20), Uint8Array.of(124, 31, 75, 21))).toBe(true)
    const here = ['id', 'address', '124.31.75.21', '--network', 'dht256'] as const
    const hashed = (await run(...here)).out.trim()
    expect(hashedIds.allows(idFromHex(hashed, 32), Uint8Array.of(124, 31, 75, 21))).toBe(true)
    expect((await run('id', 'random')).out).toMatch(/^[\da-f]{64}\n$/)
    expect((await run('id', 'random', '--network', 'mainline')).out).toMatch(/^[\da-f]{40}\n$/)
  })

  it('never overwrites a key', async () => {
    const file = join(temporaryFolder(), 'key')
    const { out } = await run('id', 'key', file)
    expect(out).toMatch(/^[\da-f]{64}\n$/)
    const again = await run('id', 'key', file)
    expect([again.code, again.err]).toEqual([1, expect.stringContaining('exists already')])
    expect((await run('id', 'public-key', file)).out).toBe(out)
  })
})

describe('what can not be used is told', () => {
  it.each([
    [['lookup', IDENTITY], /no public bootstrap nodes/],
    [['lookup', '--bootstrap', '127.0.0.1:1', 'zz'], /40 or 64 hex digits/],
    [
      ['closest', '--network', 'mainline', '--bootstrap', 'none', INFOHASH],
      /there is no bootstrap node/,
    ],
    [['scrape', IDENTITY], /an id of dht256, and the network is mainline/],
    [['lookup', '--network', 'dht256', INFOHASH], /an id of mainline/],
    [['announce', '--once', INFOHASH], /--once needs a port/],
    [['put'], /one of a text, --file \(- for the standard input\) and --infohash/],
    [['put', '--salt', 'a', 'text'], /--salt needs --key/],
    [['put', '--infohash', INFOHASH], /--infohash needs --key/],
    [['put', '--seq', '4', 'text'], /--seq needs --key/],
    [['put', 'x'.repeat(997)], /996 bytes at most/],
    [['enter', '--bootstrap', '127.0.0.1:1', IDENTITY, '0'], /1 to 65535/],
    [['ping', 'nowhere'], /endpoint/i],
    [['id', 'address', 'nowhere'], /IPv4 or IPv6/],
    [['get', '--bootstrap', '127.0.0.1:1'], /missing required argument 'key'/],
    [['sample', '--limit', '0'], /from 1 on/],
    [['lokup'], /Did you mean lookup\?/],
  ])('%j', { timeout: 60_000 }, async (argv, message) => {
    const { code, out, err } = await run(...argv)
    expect([code, out]).toEqual([2, ''])
    expect(err).toMatch(message)
  })

  it('the help of every command ends with an example', async () => {
    const inner = async (...path: string[]): Promise<string[][]> => {
      const { code, out } = await run(...path, '--help')
      expect(code).toBe(0)
      expect(out).toMatch(/\nExample:\n {2}(?:source <\()?dht [^\n]+\n$/)
      const [, commands = ''] = /\nCommands:\n(.*?)\n\n/s.exec(out) ?? []
      const names = [...commands.matchAll(/^ {2}(\w+) .*/gm)].map(([, name]) => name as string)
      const paths = names.filter((name) => name !== 'help').map((name) => [...path, name])
      return [...paths, ...(await Promise.all(paths.map((each) => inner(...each)))).flat()]
    }
    const found = (await inner()).map((path) => path.join(' '))
    expect(found).toEqual(expect.arrayContaining(['run', 'completion', 'id file', 'id key']))
  })

  it('tells its version', async () => {
    expect(await run('--version')).toEqual({
      code: 0,
      out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
      err: '',
    })
  })
})
