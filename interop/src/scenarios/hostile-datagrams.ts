// A node of ours gets datagrams that real clients were captured sending, crafted ones, and 60,000
// mutated ones. It answers or is silent as it should, stays small, and works afterwards.

import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { libtorrent } from '../clients/libtorrent.ts'
import type { TestNode } from '../clients/node-client.ts'
import { eventually } from '../eventually.ts'
import { PORT } from '../lab.ts'
import { ipv4Of } from '../network/addresses.ts'
import { Remote } from '../process/remote.ts'
import type { Scenario } from '../scenario.ts'
import { crowd } from './crowd.ts'
import { newInfohash } from './infohash.ts'
import { settledNetwork } from './settled-network.ts'

const VECTORS = '../../packages/krpc/test/vectors/vectors.json'
const SENDER = fileURLToPath(new URL('clients/datagrams-process.js', import.meta.url))
const MUTATED = 60_000
/** Growth of the process that is no leak: buffers, garbage, compiled code; bytes. */
const GROWTH = 100 * 1024 * 1024
/** Bytes of replies per byte received; a get_peers reply with 8 nodes is 3.2 times its query. */
const AMPLIFICATION = 4

interface Vector {
  readonly name: string
  readonly kind: string
  readonly input_hex: string
  readonly expected: { readonly envelope?: string }
}

async function vectorsOf(kind: string): Promise<readonly Vector[]> {
  const file = fileURLToPath(new URL(VECTORS, import.meta.url))
  const { vectors } = JSON.parse(await readFile(file, 'utf8')) as { vectors: readonly Vector[] }
  return vectors.filter((vector) => vector.kind === kind && vector.input_hex !== '')
}

function isQuery({ input_hex: hex }: Vector): boolean {
  return Buffer.from(hex, 'hex').includes('1:y1:q')
}

/** How a datagram's crafted envelope is to be answered; undefined where nothing is said. */
function repliesWanted(vector: Vector): number | undefined {
  const { envelope } = vector.expected
  if (envelope === undefined) return undefined
  return envelope.startsWith('accept') && isQuery(vector) ? 1 : 0
}

async function sendVectors(sender: Remote, kind: string): Promise<number> {
  const vectors = await vectorsOf(kind)
  const datagrams = vectors.map(({ input_hex }) => input_hex)
  const to = { address: ipv4Of(0), port: PORT }
  const replies = await sender.ask<string[][]>('exchange', { ...to, datagrams })
  for (const [which, vector] of vectors.entries()) {
    const count = replies[which]?.length ?? 0
    const wanted = repliesWanted(vector)
    const isRight = wanted === undefined ? count <= (isQuery(vector) ? 1 : 0) : count === wanted
    if (!isRight) throw new Error(`${vector.name}: ${count} replies, expected ${wanted ?? 1}`)
  }
  return replies.filter((each) => each.length > 0).length
}

interface Health {
  readonly rss: number
  readonly malformed: number
}

async function floodWith(sender: Remote, node: TestNode): Promise<string> {
  const originals = await Promise.all(['capture', 'krpc-message', 'bencode-hostile'].map(vectorsOf))
  const before = await node.ask<Health>('health')
  const bytes = await sender.ask<{ sent: number; received: number }>('flood', {
    address: ipv4Of(0),
    port: PORT,
    originals: originals.flat().map(({ input_hex }) => input_hex),
    count: MUTATED,
    seed: 7,
  })
  const after = await node.ask<Health>('health')
  const [growth, malformed] = [after.rss - before.rss, after.malformed - before.malformed]
  if (growth > GROWTH) throw new Error(`the process has grown by ${growth} bytes`)
  if (malformed === 0) throw new Error('no mutated datagram was malformed')
  if (bytes.received > AMPLIFICATION * bytes.sent) {
    throw new Error(`${bytes.received} bytes for ${bytes.sent}`)
  }
  return `${malformed} of ${MUTATED} mutated were malformed; grown by ${growth >> 20} MiB`
}

async function expectWorking(node: TestNode, theirs: TestNode): Promise<void> {
  for (const [announcer, reader] of [
    [node, theirs],
    [theirs, node],
  ] as const) {
    const infohash = newInfohash()
    await announcer.announce(infohash)
    await eventually(
      `what ${reader.client} finds afterwards`,
      () => reader.find(infohash),
      (found) => found.includes(announcer.endpoints[0] as string),
    )
  }
}

export const hostileDatagrams: Scenario = {
  name: 'captured, crafted and mutated datagrams',
  needs: [libtorrent],
  run: async (lab) => {
    const [node] = (await settledNetwork(lab, 4)) as readonly [TestNode]
    const { endpoints: bootstrap } = node
    const [theirs] = await crowd(lab, libtorrent, { count: 1, from: 4, bootstrap })
    const host = await lab.host([ipv4Of(200)])
    const sender = new Remote(lab.start(host, [process.execPath, SENDER]))
    const captured = await sendVectors(sender, 'capture')
    const crafted = await sendVectors(sender, 'bencode-hostile')
    const flooded = await floodWith(sender, node)
    await expectWorking(node, theirs as TestNode)
    return `${captured} captured and ${crafted} crafted answered; ${flooded}`
  },
}
