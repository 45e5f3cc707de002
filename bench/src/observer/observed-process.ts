// A node with a large table, whose contacts respond to it and query it, and its page. All of it is
// in memory, so only the node and what observes it cost time.

import { randomBytes } from 'node:crypto'
import { type Id, idFromBytes } from '@dht/id'
import {
  type Datagram,
  decodeMessage,
  dht256,
  type Endpoint,
  encodeMessage,
  endpoint,
  type Transport,
  type TransportHandlers,
} from '@dht/krpc'
import { createNode, type DhtNode, type NodeEvent } from '@dht/node'
import { observe } from '@dht/observatory'
import type { ObservedCost, ObservedInit, ObservedPage, ObservedRequest } from './protocol.ts'

const HERE = endpoint('10.0.0.1', 3_739)
const TICK_MS = 50

interface Neighbour {
  readonly id: Id
  readonly at: Endpoint
}

/** Neighbours that respond to every query, and are reached without a network. */
class Neighbours {
  readonly all: readonly Neighbour[]
  readonly #byAddress: ReadonlyMap<string, Neighbour>
  #handlers: TransportHandlers | undefined

  constructor(count: number) {
    this.all = Array.from({ length: count }, (_, i) => {
      return { id: idFromBytes(randomBytes(32)), at: endpoint(`20.${i >> 8}.${i & 255}.1`, 4_000) }
    })
    this.#byAddress = new Map(this.all.map((each) => [each.at.address, each]))
  }

  get transport(): Transport {
    return {
      family: 4,
      start: async (handlers) => {
        this.#handlers = handlers
        return HERE
      },
      send: (batch) => {
        for (const datagram of batch) this.#respond(datagram)
      },
      close: async () => {},
    }
  }

  query({ id, at }: Neighbour): void {
    const head = { kind: 'query', transactionId: randomBytes(4), id, readOnly: false } as const
    this.#deliver(encodeMessage({ ...head, method: 'ping' }, dht256), at)
  }

  #respond({ bytes, endpoint: to }: Datagram): void {
    const query = decodeMessage(bytes.slice(), dht256)
    const neighbour = this.#byAddress.get(to.address)
    if (query.kind !== 'query' || neighbour === undefined) return
    const { transactionId } = query
    const response = { kind: 'response', transactionId, id: neighbour.id } as const
    setImmediate(() => this.#deliver(encodeMessage(response, dht256), to))
  }

  #deliver(bytes: Uint8Array, from: Endpoint): void {
    this.#handlers?.received([{ bytes, endpoint: from }])
  }
}

/** Events that are made up, in place of those of the node. */
class Events {
  readonly #waiting: NodeEvent[] = []
  #wake = (): void => {}

  add(event: NodeEvent): void {
    this.#waiting.push(event)
    this.#wake()
  }

  async *read(): AsyncIterableIterator<NodeEvent> {
    this.#waiting.length = 0
    for (;;) {
      const event = this.#waiting.shift()
      if (event !== undefined) yield event
      else await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }
}

async function populated(neighbours: Neighbours): Promise<DhtNode> {
  const node = await createNode({
    transports: [neighbours.transport],
    bootstrap: [],
    readOnly: false,
    // A table takes so many contacts only if its far buckets are wide.
    bucketWidths: [1, 2, 4, 8, 16, 32, 64].map((part) => Math.ceil(neighbours.all.length / part)),
    checksPerSecond: 100_000,
    checkBurst: 100_000,
  })
  for (const [i, { at }] of neighbours.all.entries()) {
    node.addNode(at)
    // At most 1,024 wait.
    if (i % 200 === 0) await new Promise((resolve) => setTimeout(resolve, TICK_MS))
  }
  return node
}

function live(neighbours: Neighbours, events: Events, perSecond: number): void {
  let next = 0
  setInterval(() => {
    for (let i = 0; i < (perSecond * TICK_MS) / 1_000; i++) {
      const neighbour = neighbours.all[(next++ * 7_919) % neighbours.all.length] as Neighbour
      neighbours.query(neighbour)
      const contact = { id: Buffer.from(neighbour.id).toString('hex'), ...neighbour.at }
      events.add({ kind: 'contact-added', family: 4, contact })
    }
  }, TICK_MS)
}

async function measure(node: DhtNode, ms: number): Promise<ObservedCost> {
  const before = process.cpuUsage()
  const beganAt = performance.now()
  await new Promise((resolve) => setTimeout(resolve, ms))
  const { user, system } = process.cpuUsage(before)
  const share = (user + system) / 1_000 / (performance.now() - beganAt)
  return { share, contacts: node.contacts().length }
}

const { contacts, perSecond } = JSON.parse(process.argv[2] ?? '') as ObservedInit
const neighbours = new Neighbours(contacts)
const events = new Events()
const node = await populated(neighbours)
live(neighbours, events, perSecond)
const observed = new Proxy(node, {
  get: (target, name) => {
    if (name === 'events') return () => events.read()
    const value: unknown = Reflect.get(target, name, target)
    return typeof value === 'function' ? value.bind(target) : value
  },
})

process.on('message', async (request: ObservedRequest) => {
  if (request.kind === 'measure') {
    process.send?.(await measure(node, request.ms))
    return
  }
  const page: ObservedPage = { url: (await observe(observed)).url }
  process.send?.(page)
})
process.on('disconnect', () => process.exit())
process.send?.({ port: 0 })
