// What is deleted, and what a closing node had announced, is removed from the other nodes at once:
// over real sockets.

import { afterEach, beforeEach, expect, it } from 'vitest'
import type { DhtNode } from '../../src/shell/dht-node.ts'
import { UdpNodes, V4 } from '../support/udp-nodes.ts'

const ID = 'cd'.repeat(32)

let nodes: UdpNodes

beforeEach(() => {
  nodes = new UdpNodes()
})

afterEach(() => nodes.close())

async function portsAt(node: DhtNode): Promise<number[]> {
  const { endpoints } = await node.lookup(ID)
  return endpoints.map(({ port }) => port).sort((a, b) => a - b)
}

/** Holders respond to a withdrawal within a round trip. */
async function untilGone(node: DhtNode, port: number): Promise<void> {
  for (let tries = 0; (await portsAt(node)).includes(port) && tries < 20; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

it('PUB-11: a deleted announcement is found nowhere, those of others still are', async () => {
  const [reader, publisher, other] = await nodes.addAll(10, V4)
  await publisher!.enter(ID, 8_080)
  await other!.enter(ID, 8_081)
  expect(await portsAt(reader!)).toEqual([8_080, 8_081])
  publisher!.delete(ID)
  await untilGone(reader!, 8_080)
  expect(await portsAt(reader!)).toEqual([8_081])
})

it('PUB-11: another port replaces the former one everywhere', async () => {
  const [reader, publisher] = await nodes.addAll(10, V4)
  await publisher!.enter(ID, 8_080)
  await publisher!.enter(ID, 8_082)
  expect(await portsAt(reader!)).toEqual([8_082])
})

it.each([
  { state: false, withdraw: undefined, isGone: true },
  { state: false, withdraw: false, isGone: false },
  { state: true, withdraw: undefined, isGone: false },
  { state: true, withdraw: true, isGone: true },
])('PUB-12: closed with $withdraw, state: $state, it is gone: $isGone', async (given) => {
  const [reader] = await nodes.addAll(10, V4)
  const saved: Uint8Array[] = []
  const storage = {
    load: async () => saved.at(-1),
    save: async (bytes: Uint8Array) => {
      saved.push(bytes)
    },
    setAside: async () => undefined,
  }
  const publisher = await nodes.add({ ...V4, ...(given.state && { state: storage }) })
  await publisher.enter(ID, 8_080)
  const startedAt = performance.now()
  await publisher.close(given.withdraw === undefined ? {} : { withdraw: given.withdraw })
  expect(performance.now() - startedAt).toBeLessThan(4_000)
  expect(await portsAt(reader!)).toEqual(given.isGone ? [] : [8_080])
})
