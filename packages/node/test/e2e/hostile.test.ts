// Real sockets under a flood of garbage, and two networks that receive each other's datagrams.

import { idFromBytes, randomId } from '@dht/id'
import { dht256, encodeMessage, formatEndpoint, mainline, type Query } from '@dht/krpc'
import { seededRandom } from '@dht/testing'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { codeOf } from '../support/memory-node.ts'
import { bound, close } from '../support/sockets.ts'
import { UdpNodes, V4 } from '../support/udp-nodes.ts'

const ID = 'ab'.repeat(32)
const DATAGRAMS = 10_000

let nodes: UdpNodes

beforeEach(() => {
  nodes = new UdpNodes()
})

afterEach(() => nodes.close())

/** Random bytes, and valid queries with a byte changed, lost or added. */
function* garbage(count: number): Generator<Uint8Array> {
  const random = seededRandom(7)
  const draw = (below: number): number => {
    const [a = 0, b = 0] = random(2)
    return ((a << 8) | b) % below
  }
  const query = (): Query => {
    const envelope = { kind: 'query', transactionId: random(4), readOnly: false } as const
    const [id, target] = [randomId(32, random), randomId(32, random)]
    const methods: Query[] = [
      { ...envelope, id, method: 'ping' },
      { ...envelope, id, method: 'find_node', target },
      { ...envelope, id, method: 'get_peers', target },
      {
        ...envelope,
        id,
        method: 'announce_peer',
        target,
        port: 1,
        impliedPort: false,
        token: random(8),
      },
    ]
    return methods[draw(methods.length)]!
  }
  for (let i = 0; i < count; i++) {
    if (i % 4 === 0) yield random(draw(1_400))
    const bytes = encodeMessage(query(), dht256)
    const at = draw(bytes.length)
    const changed = [...bytes]
    changed.splice(at, draw(2), ...random(draw(2)))
    yield Uint8Array.from(changed)
  }
}

/**
 * On Deno a socket has the system's receive buffer, which a flood fills: all responses to a lookup
 * of the flooded node may be lost. Other nodes are not affected.
 */
const LOSES_IN_A_FLOOD = Reflect.get(globalThis, 'Deno') !== undefined

it('a flooded node goes on responding and finding', async () => {
  const all = await nodes.addAll(12, V4)
  const [flooded, reader, publisher] = all as [(typeof all)[0], (typeof all)[0], (typeof all)[0]]
  const { port } = flooded!.endpoints[0]!
  await publisher!.enter(ID, 8_080)
  const socket = await bound(4)
  const flooding = (async () => {
    let sent = 0
    for (const bytes of garbage(DATAGRAMS)) {
      socket.send(bytes, port, '127.0.0.1')
      if (++sent % 50 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
  })()
  let lookups = 0
  let isOver = false
  void flooding.then(() => {
    isOver = true
  })
  while (!isOver || lookups < 10) {
    for (const node of LOSES_IN_A_FLOOD && !isOver ? [reader!] : [flooded!, reader!]) {
      const { endpoints } = await node.lookup(ID)
      expect(endpoints.map(formatEndpoint)).toEqual(['127.0.0.1:8080'])
      lookups++
    }
  }
  await flooding
  expect((await flooded!.lookup(ID)).endpoints.map(formatEndpoint)).toEqual(['127.0.0.1:8080'])
  await close(socket)
  expect((await reader!.ping(flooded!.endpoints[0]!)).id).toEqual(flooded!.id)
  expect(flooded!.info().counters.datagramsMalformed).toBeGreaterThan(1_000)
  // No query has added a contact to the table: its members are the real nodes.
  const { contacts } = flooded!.info().overlays[0]!
  expect(contacts.good + contacts.questionable + contacts.bad).toBeLessThanOrEqual(all.length - 1)
}, 60_000)

it('Mainline nodes find what they announce, under ids of 160 bits', async () => {
  const options = { ...V4, network: mainline, bootstrap: [] }
  const [id, first] = [idFromBytes(new Uint8Array(20).fill(7)), await nodes.add(options)]
  const second = await nodes.add({ ...options, bootstrap: first.endpoints })
  expect([first.id.length / 2, (await second.joined()).contacts]).toEqual([20, 1])
  await second.enter(id, 6_881)
  expect((await first.lookup(id)).endpoints.map(formatEndpoint)).toEqual(['127.0.0.1:6881'])
}, 30_000)

it('nodes of different networks ignore one another', async () => {
  const ours = await nodes.add({ ...V4, giveUpMs: 300 })
  const theirs = await nodes.add({
    ...V4,
    giveUpMs: 300,
    network: mainline,
    bootstrap: [],
  })
  const [here, there] = [ours.endpoints[0]!, theirs.endpoints[0]!]
  expect(await codeOf(() => ours.ping(there))).toMatch(/TIMEOUT|PROTOCOL/)
  expect(await codeOf(() => theirs.ping(here))).toMatch(/TIMEOUT|PROTOCOL/)
  for (const node of [ours, theirs]) {
    expect(node.info().overlays[0]?.contacts).toEqual({ good: 0, questionable: 0, bad: 0 })
    expect(node.info().counters.datagramsMalformed).toBeGreaterThan(0)
  }
}, 30_000)
