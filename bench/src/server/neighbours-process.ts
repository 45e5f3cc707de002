// The network around the servers: nodes with sockets and random ids of their own that answer what
// they are asked. A table offered all of them keeps about a hundred, as it would among millions.

import { randomBytes } from 'node:crypto'
import type { RemoteInfo, Socket } from 'node:dgram'
import bencode from 'bencode'
import { initOf, serve } from '../serve.ts'
import { openSocket } from './loopback.ts'
import type { NetworkName, Place } from './protocol.ts'

interface Init {
  readonly network: NetworkName
  readonly count: number
}

interface Neighbour {
  readonly id: Buffer
  readonly socket: Socket
  readonly place: Place
  readonly compact: Buffer
}

/** Their addresses: 127.3.x.y. */
const NET = 3

const { network, count } = initOf<Init>()
const width = network === 'dht256' ? 32 : 20
const neighbours: Neighbour[] = []
for (let i = 0; i < count; i++) neighbours.push(await settle(randomBytes(width), i))
serve({ port: 0 }, () => neighbours.map(({ place }) => place))

async function settle(own: Buffer, index: number): Promise<Neighbour> {
  const socket = await openSocket(NET, index)
  const { address, port } = socket.address()
  const compact = Buffer.from([...own, ...address.split('.').map(Number), port >> 8, port & 255])
  socket.on('message', (message, from) => answer({ message, from, socket, own }))
  return { id: own, socket, place: { address, port }, compact }
}

interface Heard {
  readonly message: Buffer
  readonly from: RemoteInfo
  readonly socket: Socket
  readonly own: Buffer
}

function answer({ message, from, socket, own }: Heard): void {
  const query = bencode.decode(message) as {
    readonly t: Uint8Array
    readonly a?: { readonly target?: Uint8Array; readonly info_hash?: Uint8Array }
  }
  if (query.a === undefined) return
  const target = query.a.target ?? query.a.info_hash
  const nodes = target === undefined ? undefined : nearest(Buffer.from(target))
  const key = network === 'dht256' ? { n: network } : {}
  const reply = bencode.encode({ ...key, r: { id: own, nodes }, t: query.t, y: 'r' })
  socket.send(reply, from.port, from.address)
}

function nearest(target: Buffer): Buffer {
  const distance = (other: Buffer): Buffer => Buffer.from(other.map((b, i) => b ^ target[i]!))
  const ranked = neighbours
    .map(({ id: other, compact }) => ({ compact, distance: distance(other) }))
    .sort((a, b) => Buffer.compare(a.distance, b.distance))
  return Buffer.concat(ranked.slice(0, 8).map(({ compact }) => compact))
}
