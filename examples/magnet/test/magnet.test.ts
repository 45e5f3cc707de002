// The program against a node on this machine, and a peer that has the metadata.

import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { createNode, type DhtNode, formatEndpoint, mainline } from '@dht/node'
import { useProgram } from '@dht/testing/program'
import bencode from 'bencode'
import Wire from 'bittorrent-protocol'
import utMetadata from 'ut_metadata'
import { afterEach, beforeEach, expect, it } from 'vitest'

const INFO = { length: 5, name: 'a file', 'piece length': 16_384, pieces: new Uint8Array(20) }
const METADATA = bencode.encode({ info: INFO })
const INFOHASH = createHash('sha1').update(bencode.encode(INFO)).digest('hex')
const MAGNET = `magnet:?xt=urn:btih:${INFOHASH}`

const start = useProgram('examples/magnet')

let nodes: DhtNode[]
let peer: Server
let bootstrap: string

beforeEach(async () => {
  const here = { network: mainline, port: 0, ipv4: '127.0.0.1', ipv6: false } as const
  const first = await createNode({ ...here, bootstrap: [] })
  const second = await createNode({ ...here, bootstrap: first.endpoints })
  nodes = [first, second]
  bootstrap = formatEndpoint(first.endpoints[0]!)
  peer = createServer((socket) => {
    const wire = new Wire()
    wire.use(utMetadata(METADATA))
    wire.on('handshake', () => wire.handshake(INFOHASH, '01'.repeat(20)))
    socket.on('error', () => {})
    socket.pipe(wire).pipe(socket)
  })
  await once(peer.listen(0, '127.0.0.1'), 'listening')
  await second.joined()
  await second.announce(INFOHASH, { port: portOf(peer) })
})

afterEach(async () => {
  peer.close()
  await Promise.all(nodes.map((node) => node.close()))
})

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port
}

it('prints the peers of a magnet link', async () => {
  const program = start(['--bootstrap', bootstrap, MAGNET])
  expect(await program.ended).toBe(0)
  expect(program.out()).toBe(`127.0.0.1:${portOf(peer)}\npeers: 1\n`)
})

it('prints the name of the torrent, which a peer sends', async () => {
  const program = start(['--metadata', '--bootstrap', bootstrap, MAGNET])
  expect(await program.ended).toBe(0)
  expect(program.out()).toBe(`127.0.0.1:${portOf(peer)}\nname: a file\npeers: 1\n`)
})

it('refuses what is no magnet link', async () => {
  const program = start(['file.torrent'])
  expect(await program.ended).toBe(2)
  expect(program.err()).toMatch(/^usage: .*<magnet link>\n$/)
})
