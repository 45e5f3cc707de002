// A simulated network that grows by joins and then lives: every node looks something up once a
// minute. In a process that holds nothing else.

import { randomId } from '@dht/id'
import { World } from '@dht/sim'
import { initOf, serve } from '../serve.ts'
import type { WorldInit, WorldReport } from './protocol.ts'

const MINUTE = 60_000
/** Lookups measured, about. */
const LOOKUPS = 10_000

const { nodes } = initOf<WorldInit>()
const world = new World({ seed: 1 })
const [, growthCpuMs] = timed(() => world.grow(nodes, { everyMs: 20 }))
const growthEvents = world.events
const spanMs = Math.max(1_000, Math.round((LOOKUPS * MINUTE) / nodes))
const chance = world.chance.branch('bench')
for (const host of world.honest) {
  for (let at = chance.below(MINUTE); at < spanMs; at += MINUTE) {
    const target = randomId(host.node.id.length, chance.source)
    world.at(world.now + at, () => {
      host.wish({ kind: 'lookup', target, mode: 'all' }, { settled: () => {} })
    })
  }
}
const [, cpuMs] = timed(() => world.advance(spanMs))
const report: WorldReport = {
  events: world.events - growthEvents,
  cpuMs,
  virtualMs: spanMs,
  growthCpuMs,
  growthEvents,
  rss: process.memoryUsage.rss(),
}
serve<unknown>({ port: 0 }, () => report)

/** What a piece of work gives, and its CPU time in ms. */
function timed<T>(work: () => T): [T, number] {
  const before = process.cpuUsage()
  const result = work()
  const { user, system } = process.cpuUsage(before)
  return [result, (user + system) / 1_000]
}
