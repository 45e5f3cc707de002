import { mainline } from '@dht/krpc'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { DhtNode } from '../../../src/shell/dht-node.ts'
import type { SampledInfohash } from '../../../src/shell/samples.ts'
import { codeOf, MemoryWorld } from '../../support/memory-node.ts'

const HOUR = 3_600_000
const IDS = ['ab', 'cd', 'ef'].map((byte) => byte.repeat(20))

let world: MemoryWorld
let nodes: DhtNode[]

beforeEach(async () => {
  world = new MemoryWorld()
  nodes = await world.nodes(5, { network: mainline })
  for (const [n, id] of IDS.entries()) await nodes[n]!.enter(id, 1_000 + n)
})

afterEach(() => world.close())

async function all(stream: AsyncIterable<SampledInfohash>): Promise<SampledInfohash[]> {
  const found: SampledInfohash[] = []
  for await (const each of stream) found.push(each)
  return found
}

describe('SAMPLE-2: sampleInfohashes', () => {
  it('streams info hashes with the nodes that have them, as plain data, and ends', async () => {
    const found = await all(nodes[4]!.sampleInfohashes())
    expect(new Set(found.map(({ infohash }) => infohash))).toEqual(new Set(IDS))
    expect(structuredClone(found)).toEqual(JSON.parse(JSON.stringify(found)))
    const others = nodes.slice(0, 4).map(({ id }) => id)
    for (const { from } of found) expect(others).toContain(from.id)
  })

  it('asks nobody again before the interval is over', async () => {
    const first = await all(nodes[4]!.sampleInfohashes())
    expect(await all(nodes[4]!.sampleInfohashes())).toEqual([])
    await world.pass(HOUR)
    const again = await all(nodes[4]!.sampleInfohashes())
    expect(again).toHaveLength(first.length)
  })

  it('ends when the loop is left, its signal is aborted or the node is closed', async () => {
    for await (const _ of nodes[4]!.sampleInfohashes()) break
    const controller = new AbortController()
    const stream = nodes[3]!.sampleInfohashes({ signal: controller.signal })
    controller.abort(new Error('enough'))
    await expect(all(stream)).rejects.toThrow('enough')
    const closing = nodes[2]!.sampleInfohashes()
    await nodes[2]!.close()
    expect(await codeOf(() => all(closing))).toBe('ERR_DHT_NODE_CLOSED')
    await world.settle()
    expect(nodes[4]!.info().operations).toBe(0)
  })

  it('is refused in a network without the method, and for wrong options', async () => {
    const other = await world.node(9)
    expect(() => other.sampleInfohashes()).toThrow('such as mainline')
    expect(() => nodes[0]!.sampleInfohashes({ signal: 5 as never })).toThrow('an AbortSignal')
  })
})
