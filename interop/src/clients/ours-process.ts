// Nodes of `@dht/node` in the Mainline network, with their defaults.

import { createNode, type DhtNode, formatEndpoint, mainline } from '@dht/node'
import { serve } from '../process/serve.ts'
import type { NodePlace } from './node-client.ts'

interface Of {
  readonly node: number
}

interface OfInfohash extends Of {
  readonly infohash: string
}

const nodes: DhtNode[] = []

function nodeOf({ node }: Of): DhtNode {
  return nodes[node] as DhtNode
}

async function add({ addresses, port, bootstrap, settings }: NodePlace): Promise<number> {
  const node = await createNode({
    network: mainline,
    port,
    ipv4: addresses.find((address) => !address.includes(':')) ?? false,
    ipv6: addresses.find((address) => address.includes(':')) ?? false,
    bootstrap,
    ...settings,
  })
  return nodes.push(node) - 1
}

function contacts(of: Of): number {
  const { overlays } = nodeOf(of).info()
  return overlays.reduce((sum, { contacts: { good } }) => sum + good, 0)
}

/** Whether it has joined with an id that its address allows. */
function isSettled(of: Of): boolean {
  const { overlays } = nodeOf(of).info()
  return overlays.every(({ joined, isIdSecure }) => joined && isIdSecure === true)
}

async function announce(order: OfInfohash & { seed?: boolean }): Promise<string[]> {
  const node = nodeOf(order)
  const port = node.endpoints[0]?.port as number
  const { accepted } = await node.announce(order.infohash, { port, seed: order.seed ?? false })
  return accepted.map(formatEndpoint)
}

async function find(order: OfInfohash): Promise<string[]> {
  const { endpoints } = await nodeOf(order).getPeers(order.infohash, { mode: 'all' })
  return endpoints.map(formatEndpoint)
}

async function idOf(order: Of & { endpoint: string }): Promise<string> {
  return (await nodeOf(order).ping(order.endpoint)).id
}

/** Whether another node stores an announcement of `of`. */
async function isStored(order: OfInfohash & { at: string; of: string }): Promise<boolean> {
  const { endpoints } = await nodeOf(order).findValue(order.at, order.infohash)
  return endpoints.map(formatEndpoint).includes(order.of)
}

interface Item {
  readonly value: string
  readonly secretKey?: string
  readonly seq?: number
  readonly salt?: string
}

async function put(order: Of & Item): Promise<{ target: string; accepted: number }> {
  const { secretKey, salt = '', seq = 0 } = order
  const value = Buffer.from(order.value)
  const signed = { value, secretKey: secretKey ?? '', seq: BigInt(seq), salt: Buffer.from(salt) }
  const report = await nodeOf(order).put(secretKey === undefined ? { value } : signed)
  return { target: report.target, accepted: report.accepted.length }
}

type Key = { readonly target: string } | { readonly publicKey: string; readonly salt: string }

async function get(order: Of & { key: Key }): Promise<{ value: string; seq?: number } | null> {
  const { key } = order
  const sought = 'target' in key ? key.target : { ...key, salt: Buffer.from(key.salt) }
  const { item } = await nodeOf(order).get(sought)
  if (item === undefined) return null
  const value = Buffer.from(item.value ?? '', 'hex').toString()
  return item.signed === undefined ? { value } : { value, seq: Number(item.signed.seq) }
}

/** The info hashes that other nodes return samples of. */
async function samples(of: Of): Promise<string[]> {
  const found = new Set<string>()
  for await (const { infohash } of nodeOf(of).sampleInfohashes()) found.add(infohash)
  return [...found]
}

function scrape(order: OfInfohash): Promise<{ seeds: number; downloaders: number }> {
  return nodeOf(order).scrape(order.infohash)
}

/** The size of this process, in bytes, and how many datagrams were malformed. */
function health(of: Of): { rss: number; malformed: number } {
  const { datagramsMalformed } = nodeOf(of).info().counters
  return { rss: process.memoryUsage.rss(), malformed: datagramsMalformed }
}

async function close(of: Of): Promise<void> {
  await nodeOf(of).close()
}

serve({
  add,
  announce,
  close,
  contacts,
  find,
  get,
  health,
  idOf,
  isSettled,
  isStored,
  put,
  samples,
  scrape,
})
