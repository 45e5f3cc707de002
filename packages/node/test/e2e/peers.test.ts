// Peers of a torrent are announced, found and counted by two nodes: over real sockets.

import { mainline } from '@dht/krpc'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { UdpNodes, V4 } from '../support/udp-nodes.ts'

const MAGNET = `magnet:?xt=urn:btih:${'cd'.repeat(20)}`

let nodes: UdpNodes

beforeEach(() => {
  nodes = new UdpNodes()
})

afterEach(() => nodes.close())

it('SCRAPE-5: one node announces, the other finds and counts it', async () => {
  const [reader, seed] = await nodes.addAll(2, { ...V4, network: mainline })
  await seed!.announce(MAGNET, { port: 7001, seed: true })
  const found: number[] = []
  for await (const { port } of reader!.getPeers(MAGNET)) found.push(port)
  expect(found).toEqual([7001])
  expect(await reader!.scrape(MAGNET)).toEqual({ seeds: 1, downloaders: 0 })
})
