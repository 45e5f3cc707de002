// A simulated network that comes to be and then lives: every node looks something up once a minute.
// One that starts from disk looks at its buckets as all nodes do that were restarted, one bucket
// each, while 1,000 of its nodes look something up. In a process that holds nothing else.

import { memoryUsage } from 'node:process'
import { Oracle, World } from '@dht/sim'
import { initOf, serve } from '../serve.ts'
import { startFromDisk } from './from-disk.ts'
import type { Life, WorldInit, WorldReport } from './protocol.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
/** Virtual time between two looks at whether lookups have ended, ms. */
const LOOK_MS = 10

const { nodes, fromDisk, encoded } = initOf<WorldInit>()
const lookups = fromDisk ? 1_000 : 10_000
/** In the first one the engine compiles what it finds worth it. */
const rounds = fromDisk ? 1 : 5
const paceMs = fromDisk ? 0 : Math.floor(MINUTE / nodes)
const core = fromDisk ? { refreshSpacingMs: HOUR } : {}
const world = new World({ seed: 1, encoded, core })
const growthCpuMs = cpuMsOf(() => {
  if (fromDisk) startFromDisk(world, nodes)
  else world.grow(nodes, { everyMs: 20 })
})
const growthEvents = world.events
const { log, anyId } = new Oracle(world)
const chance = world.chance.branch('bench')
const lives = Array.from({ length: rounds }, live)
const measures = log.take()
const report: WorldReport = {
  lives,
  growthCpuMs,
  growthEvents,
  rss: memoryUsage.rss(),
  heap: memoryUsage().heapUsed,
  lookups: {
    ended: measures.length,
    queries: meanOf(measures.map(({ queries }) => queries)),
    hops: meanOf(measures.map(({ hops }) => hops)),
    exactShare: meanOf(measures.map(({ exact }) => Number(exact))),
  },
}
serve<unknown>({ port: 0 }, () => report)

/** A round of lookups, and what it took. */
function live(): Life {
  const [from, before] = [world.now, world.events]
  const cpuMs = cpuMsOf(() => {
    for (let i = 0; i < lookups; i++) {
      log.closest(chance.pick(world.hosts), anyId(chance))
      world.advance(paceMs)
    }
    while (log.open > 0) world.advance(LOOK_MS)
  })
  return { events: world.events - before, cpuMs, virtualMs: world.now - from }
}

/** CPU time of a piece of work, ms. */
function cpuMsOf(work: () => void): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
