// Commands that renew what they announced or put, in a network whose nodes store nothing at first.

import { Buffer } from 'node:buffer'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createNode, type DhtNode, formatEndpoint, mainline } from '@dht/node'
import { temporaryFolder } from '@dht/testing/temporary'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { run, start } from '../support/command.ts'

const TIMEOUT = { timeout: 60_000 }
const INFOHASH = 'ff'.repeat(20)
const HERE = { port: 0, ipv4: '127.0.0.1', ipv6: false, network: mainline } as const

let nodes: readonly DhtNode[]

/** Each node stores one id and one item, so the second gets no place. */
beforeAll(async () => {
  process.env['XDG_RUNTIME_DIR'] = mkdtempSync(join(tmpdir(), 'dht-renewal-'))
  const small = { ...HERE, maxKeys: 1, maxItems: 1 }
  const first = await createNode({ ...small, bootstrap: [] })
  const rest = await Promise.all(
    [1, 2, 3].map(() => createNode({ ...small, bootstrap: first.endpoints })),
  )
  nodes = [first, ...rest]
  await Promise.all(rest.map((node) => node.joined()))
  const other = await createNode({ ...HERE, bootstrap: first.endpoints, readOnly: true })
  await other.joined()
  expect((await other.announceOnce('00'.repeat(20), { port: 1 })).accepted).toHaveLength(4)
  expect(
    (await other.put({ value: Buffer.from('first') }, { renew: false })).accepted,
  ).toHaveLength(4)
  await other.close()
})

afterAll(async () => {
  rmSync(process.env['XDG_RUNTIME_DIR'] as string, { recursive: true })
  delete process.env['XDG_RUNTIME_DIR']
  await Promise.all(nodes.map((node) => node.close()))
})

const joining = (): string[] => {
  const bootstrap = formatEndpoint(nodes[0]!.endpoints[0]!)
  return ['--bootstrap', bootstrap, '--ipv4', '127.0.0.1', '--ipv6', 'off']
}

it('fails when a single round stored nothing', TIMEOUT, async () => {
  const announced = await run('announce', '--once', ...joining(), INFOHASH, '80')
  expect(announced).toMatchObject({
    code: 1,
    out: 'stored by 0 nodes, 0 refused, 0 unreachable\n',
    err: 'error: no node stored the announcement\n',
  })
  const put = await run('put', '--once', ...joining(), 'second')
  expect(put).toMatchObject({ code: 1, out: expect.stringMatching(/ {2}stored by 0 nodes\n$/) })
  expect(put.err).toMatch(/^error: no node stored the item\n$/)
})

it('goes on announcing though no node has stored it yet, and says so', TIMEOUT, async () => {
  const announcing = start(['announce', ...joining(), INFOHASH, '80'])
  await announcing.until(/no node stored the announcement; the next round is in 30 s\n/)
  announcing.stop()
  expect(await announcing.ended).toMatchObject({
    code: 0,
    out: 'stored by 0 nodes, 0 refused, 0 unreachable\n',
  })
})

it('goes on putting an item though no node has stored it yet, and says so', TIMEOUT, async () => {
  const putting = start(['put', '--json', ...joining(), 'second'])
  await putting.until(/no node stored the item\n/)
  putting.stop()
  const ended = await putting.ended
  expect(ended.code).toBe(0)
  expect(JSON.parse(ended.out)).toMatchObject({ accepted: [], complete: false })
})

it('fails when another version of the item ends its renewal', TIMEOUT, async () => {
  const network = await Promise.all([1, 2, 3].map(() => createNode({ ...HERE, bootstrap: [] })))
  const [first] = network
  for (const node of network.slice(1)) await node.ping(first!.endpoints[0]!)
  const place = ['--bootstrap', formatEndpoint(first!.endpoints[0]!), ...joining().slice(2)]
  const key = join(temporaryFolder(), 'author.key')
  await run('id', 'key', key)
  const put = (...rest: string[]): Promise<{ code: number; err: string }> =>
    run('put', '--key', key, ...place, ...rest)
  expect((await put('--once', '--seq', '5', 'five')).code).toBe(0)
  const older = await put('--seq', '4', 'four')
  expect(older.code).toBe(1)
  expect(older.err).toMatch(/refused: 302 .*\nerror: version 5 is stored, so this one is not/)
  const same = await put('--seq', '5', 'another')
  expect(same.code).toBe(1)
  expect(same.err).toMatch(/refused: 302 .*\nerror: another version is stored, so this one is/)
  await Promise.all(network.map((node) => node.close()))
})
