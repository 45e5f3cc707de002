// Fifty nodes over real sockets: some speak IPv4, some IPv6, some both.

import { formatEndpoint } from '@dht/krpc'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { DhtNode } from '../../src/shell/dht-node.ts'
import type { RoundReport } from '../../src/shell/plain.ts'
import { BOTH, UdpNodes, V4, V6 } from '../support/udp-nodes.ts'

const ID = 'ab'.repeat(32)

let nodes: UdpNodes

beforeEach(() => {
  nodes = new UdpNodes()
})

afterEach(() => nodes.close())

async function found(node: DhtNode): Promise<string[]> {
  const { endpoints } = await node.lookup(ID)
  return endpoints.map(formatEndpoint).toSorted()
}

it('what is announced in one address family is found by all nodes of that family', async () => {
  const both = await nodes.addAll(20, BOTH)
  const v4 = await nodes.addAll(20, V4)
  const v6 = await nodes.addAll(10, V6)
  for (const node of nodes.all) {
    for (const { family, joined, contacts } of node.info().overlays) {
      expect([family, joined, contacts.good > 0]).toEqual([family, true, true])
    }
  }
  const reports = await Promise.all([
    both[7]!.enter(ID, 1_000),
    v4[7]!.enter(ID, 1_004),
    v6[7]!.enter(ID, 1_006),
  ])
  expect(reports.map(({ complete }) => complete)).toEqual([true, true, true])
  // In each family the 8 nearest, and perhaps more of the region around the id, at most 16.
  for (const [at, least] of [16, 8, 8].entries()) {
    const { length } = reports[at]!.accepted
    expect(length).toBeGreaterThanOrEqual(least)
    expect(length).toBeLessThanOrEqual(2 * least)
  }
  const [onV4, onV6] = [
    ['127.0.0.1:1000', '127.0.0.1:1004'],
    ['[::1]:1000', '[::1]:1006'],
  ] as const
  for (const node of v4) expect(await found(node)).toEqual(onV4)
  for (const node of v6) expect(await found(node)).toEqual(onV6)
  for (const node of both) expect(await found(node)).toEqual([...onV4, ...onV6])
}, 60_000)

it('an announcement whose holders all die is stored again in its next round', async () => {
  // A round takes 2 s at most, so one every 5 s renews what lives for 8 s.
  const short = {
    peerLifetimeMs: 8_000,
    republishMs: 5_000,
    republishJitterMs: 100,
    lookupDeadlineMs: 1_000,
    giveUpMs: 500,
    retryMs: 200,
    retryMaxMs: 500,
  }
  const all = await nodes.addAll(24, { ...V4, ...short })
  const publisher = all[5]!
  const rounds = publisher.enter(ID, 8_080)[Symbol.asyncIterator]()
  const first: RoundReport = (await rounds.next()).value
  // The 8 nearest, and perhaps more of the region around the id, at most 16.
  expect(first.accepted.length).toBeGreaterThanOrEqual(8)
  expect(first.accepted.length).toBeLessThanOrEqual(16)
  const holders = new Set(first.accepted.map(formatEndpoint))
  const isHolder = (node: DhtNode): boolean => holders.has(formatEndpoint(node.endpoints[0]!))
  await Promise.all(all.filter(isHolder).map((node) => node.close()))
  const survivors = all.filter((node) => node !== publisher && !isHolder(node))
  expect(survivors).toHaveLength(23 - first.accepted.length)
  const gone = await Promise.all(survivors.map(found))
  // On a very slow machine the next round may have begun, and then there is nothing to see in
  // between.
  const isSame = publisher.info().announcements[0]?.last?.startedAt === first.startedAt
  const isBetween = isSame && !publisher.info().announcements[0]?.publishing
  // Only the publisher itself returns the endpoint, if it is queried.
  const isAlone = (endpoints: string[]): boolean => String(endpoints) === '127.0.0.1:8080'
  if (isBetween) expect(gone.filter((each) => !isAlone(each)).flat()).toEqual([])
  const next: RoundReport = (await rounds.next()).value
  expect(next.accepted.length).toBeGreaterThan(0)
  for (const endpoints of await Promise.all(survivors.map(found))) {
    expect(endpoints).toEqual(['127.0.0.1:8080'])
  }
}, 60_000)
