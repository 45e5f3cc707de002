// Joining over real sockets, from bad bootstrap lists and from a saved state.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { formatEndpoint } from '@dht/krpc'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { freePort } from '../support/sockets.ts'
import { UdpNodes, V4 } from '../support/udp-nodes.ts'

const ID = 'ab'.repeat(32)

let nodes: UdpNodes
let folder: string

beforeEach(async () => {
  nodes = new UdpNodes()
  folder = await mkdtemp(join(tmpdir(), 'dht-e2e-'))
})

afterEach(async () => {
  await nodes.close()
  await rm(folder, { recursive: true })
})

it('BOOT-1: a list of everything that can be wrong, and one live node', async () => {
  const [live] = await nodes.addAll(1, V4)
  const [own, dead] = [await freePort(), await freePort()]
  const lives = formatEndpoint(live!.endpoints[0]!)
  const list = ['nowhere.invalid:1', `127.0.0.1:${own}`, `127.0.0.1:${dead}`, '[::1]:9']
  const node = await nodes.add({
    ...V4,
    port: own,
    bootstrap: [...list, ...list, lives, lives],
    resolver: async (host) => {
      throw new Error(`${host} is unknown`)
    },
    onWarning: false,
  })
  expect(await node.joined()).toMatchObject({ contacts: 1 })
  await node.enter(ID, 8_080)
  expect((await live!.lookup(ID)).endpoints.map(formatEndpoint)).toEqual(['127.0.0.1:8080'])
}, 30_000)

it('BOOT-1: a list without a live node', async () => {
  const dead = await freePort()
  const node = await nodes.add({
    ...V4,
    giveUpMs: 300,
    bootstrap: [`127.0.0.1:${dead}`],
    onWarning: false,
  })
  const bootstrap = { queried: 1, responded: 0 }
  expect(await node.joined()).toEqual({ contacts: 0, bootstrap })
  expect(await node.lookup(ID)).toMatchObject({
    endpoints: [],
    complete: false,
    incompleteReasons: ['no-response'],
  })
}, 30_000)

it('PERSIST-6: a restart from disk: same id, no list, announcements published again', async () => {
  const others = await nodes.addAll(12, V4)
  const state = join(folder, 'deep', 'state')
  const before = await nodes.add({ ...V4, state })
  await before.joined()
  await before.enter(ID, 8_080)
  const { id } = before
  await before.close()
  const after = await nodes.add({ ...V4, state, bootstrap: [] })
  expect(after.id).toEqual(id)
  expect((await after.joined()).contacts).toBeGreaterThan(0)
  await expect.poll(() => after.info().announcements[0]?.last, { timeout: 20_000 }).toBeDefined()
  expect(after.info().announcements).toMatchObject([{ port: 8_080, last: { complete: true } }])
  for (const node of others) {
    expect((await node.lookup(ID)).endpoints.map(formatEndpoint)).toEqual(['127.0.0.1:8080'])
  }
}, 30_000)
