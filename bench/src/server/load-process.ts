// A source of load: many sockets, each on an address of its own, so that limits per source are on
// and not hit. Sends at a given rate and never sleeps, because a server that has to wake its client
// would be charged for it.

import type { Socket } from 'node:dgram'
import bencode from 'bencode'
import { initOf, serve } from '../serve.ts'
import { Script } from './datagrams.ts'
import { openSocket } from './loopback.ts'
import {
  type LoadReport,
  type LoadRequest,
  METHODS,
  type Method,
  type NetworkName,
  type ReplySizes,
} from './protocol.ts'

interface Init {
  readonly network: NetworkName
  readonly sources: number
}

type Flood = Extract<LoadRequest, { readonly kind: 'flood' }>

interface Source {
  readonly socket: Socket
  readonly script: Script
}

/** Queries that one source sends in a row. */
const ROW = 16

/** Queries between two looks at what came back. */
const BURST = 64

/** An exchange that is not answered within this is begun again, ms. */
const MAX_WAIT_MS = 100

const HOST = '127.0.0.1'
/** The sources' addresses: 127.10.x.y. */
const NET = 10
/**
 * Room for two or three replies: enough of a row to see that they are right. The kernel drops the
 * rest, so that the load is no match for the server it shares two cores with.
 */
const RECEIVE_BUFFER = 1_024

/** Letters at the end of `1:y1:re` and `1:y1:qe` that tell what came. */
const RESPONSE = 'r'.charCodeAt(0)
const QUERY = 'q'.charCodeAt(0)

const { network, sources: count } = initOf<Init>()
const sources: Source[] = []
let heard: (message: Buffer, source: Source, port: number) => void = () => {}
for (let i = 0; i < count; i++) sources.push(await openSource(i))

serve<LoadRequest>({ port: 0 }, (request) => {
  switch (request.kind) {
    case 'tokens':
      return fetchTokens(request.port)
    case 'probe':
      return probe(request.port)
    case 'flood':
      return flood(request)
  }
})

async function openSource(index: number): Promise<Source> {
  const socket = await openSocket(NET, index)
  socket.setRecvBufferSize(RECEIVE_BUFFER)
  const source = { socket, script: new Script(network, index) }
  socket.on('message', (message, { port }) => {
    if (message[message.length - 2] !== QUERY) heard(message, source, port)
    else socket.send(source.script.pong(transactionIdOf(message)), port, HOST)
  })
  return source
}

function transactionIdOf(message: Buffer): Buffer {
  return Buffer.from((bencode.decode(message) as { readonly t: Uint8Array }).t)
}

async function exchange(source: Source, datagram: Buffer, port: number): Promise<Buffer> {
  for (;;) {
    const answer = new Promise<Buffer>((resolve) => {
      // Replies of an earlier flood may still come in, from this server or another.
      heard = (message, receiver, sender) => {
        const isMeant = receiver === source && sender === port
        if (isMeant && transactionIdOf(message).equals(transactionIdOf(datagram))) resolve(message)
      }
    })
    source.socket.send(datagram, port, HOST)
    const message = await Promise.race([answer, after(MAX_WAIT_MS)])
    if (message !== undefined) return message
  }
}

function after(ms: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(() => resolve(undefined), ms))
}

async function fetchTokens(port: number): Promise<void> {
  for (const source of sources) {
    const reply = bencode.decode(await exchange(source, source.script.request, port)) as {
      readonly r: { readonly token: Uint8Array }
    }
    source.script.hold(reply.r.token)
  }
}

async function probe(port: number): Promise<ReplySizes> {
  const sizes: Record<number, number> = {}
  const [source] = sources
  if (source === undefined) return sizes
  for (const method of METHODS) {
    const query = source.script.next(method)
    sizes[query.length] = (await exchange(source, query, port)).length
  }
  return sizes
}

/** Sends as fast as asked, whatever comes back, and looks at a sample of that. */
async function flood({ port, methods, ms, perSecond }: Flood): Promise<LoadReport> {
  let [sent, replies, errors, bytes] = [0, 0, 0, 0]
  heard = (message, _source, sender) => {
    if (sender !== port) return
    if (message[message.length - 2] === RESPONSE) replies++
    else errors++
    bytes += message.length
  }
  const startedAt = performance.now()
  let elapsedMs = 0
  for (; elapsedMs < ms; elapsedMs = performance.now() - startedAt) {
    if (sent <= (elapsedMs * perSecond) / 1000) {
      for (const burstEnd = sent + BURST; sent < burstEnd; sent++) {
        const { script, socket } = sources[Math.floor(sent / ROW) % count] as Source
        const query = script.next(methods[sent % methods.length] as Method)
        socket.send(query, 0, query.length, port, HOST)
      }
    }
    await new Promise(setImmediate)
  }
  heard = () => {}
  return { sent, replies, errors, bytes, elapsedMs }
}
