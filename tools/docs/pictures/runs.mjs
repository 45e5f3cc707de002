// The runs that the pictures show: a network in the simulator, and what its nodes say of themselves.

import { LiveWorld } from '@dht/sim/live'
import { bucketBars } from './bucket-bars.mjs'
import { lookupWalk } from './lookup-walk.mjs'
import { xorTree } from './xor-tree.mjs'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const TARGET = '5e'.repeat(32)

/** When the buckets of a new node are looked at. */
const INSTANTS = [
  { when: 'after 1 s', ms: SECOND },
  { when: '10 s', ms: 10 * SECOND },
  { when: '10 min', ms: 10 * MINUTE },
  { when: '30 min', ms: 30 * MINUTE },
]

/**
 * @param {{ readonly nodes: number, readonly seed: number }} size
 * @returns {Promise<Readonly<Record<string, string>>>} each picture as SVG, by its file's name
 */
export async function pictures({ nodes, seed }) {
  const world = new LiveWorld({ seed })
  world.grow(nodes - 1)
  world.advance(2 * MINUTE)
  const node = await world.createNode()
  /** @type {{ when: string, buckets: readonly number[] }[]} */
  const rows = []
  await world.run(async () => {
    let past = 0
    for (const { when, ms } of INSTANTS) {
      await world.sleep(ms - past)
      past = ms
      rows.push({ when, buckets: node.info().overlays[0]?.buckets ?? [] })
    }
  })
  const tree = xorTree({
    id: node.id,
    contacts: node.contacts(),
    buckets: rows.at(-1)?.buckets ?? [],
    nodes,
  })
  const { trace = [] } = await world.run(() => node.closest(TARGET, { trace: true }))
  const [walk] = trace
  if (walk === undefined) throw new Error('the lookup has no trace')
  return {
    'xor-tree.svg': tree,
    'lookup.svg': lookupWalk(walk, nodes),
    'buckets.svg': bucketBars(rows, nodes),
  }
}
