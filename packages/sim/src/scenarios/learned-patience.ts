// How long an asker waits for a response, as an attacker learns it: with a node of its own, which
// it lets wait longer and longer.

import { randomId } from '@dht/id'
import type { CoreOptions } from '@dht/node/core'
import { AttackGroup } from '../adversaries/attack-group.ts'
import { type SlowOptions, slow } from '../adversaries/slow.ts'
import { constantLatency } from '../network/latency/latency.ts'
import { World } from '../world.ts'

/** Longer than any asker waits, ms. */
const LONGEST_MS = 16_000
/** Accuracy, ms. */
const STEP_MS = 10
/** Lookups in a row that must accept the response: an asker may learn too. */
const LOOKUPS = 4
/** Number of slow nodes that the asker knows. */
const SLOW_NODES = 3
/** Time until the asker knows the slow nodes, ms. */
const CONTACT_MS = 30_000

/** The longest time after which responses are still accepted, ms. */
export function learnedPatienceMs(core: CoreOptions): number {
  let [accepted, refused] = [0, LONGEST_MS]
  while (refused - accepted > STEP_MS) {
    const middle = (accepted + refused) / 2
    if (accepts(core, { patienceMs: middle })) accepted = middle
    else refused = middle
  }
  return accepted
}

/** Whether an asker uses all responses of nodes that respond that late. */
function accepts(core: CoreOptions, options: SlowOptions): boolean {
  const world = new World({ core, network: { latency: constantLatency(20) } })
  const asker = world.addHost()
  asker.start()
  const group = new AttackGroup(world)
  for (let i = 0; i < SLOW_NODES; i++) {
    const host = world.addHost()
    host.run(slow(options)({ host, world, group, chance: host.chance.branch('slow') }))
  }
  world.advance(CONTACT_MS)
  const chance = world.chance.branch('targets')
  return Array.from({ length: LOOKUPS }, () => {
    const target = randomId(world.protocol.idLength, chance.source)
    return world.closest(asker, target).tally.responded === SLOW_NODES
  }).every((used) => used)
}
