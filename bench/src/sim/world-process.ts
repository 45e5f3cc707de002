// The process that runs one simulated network: first its growth, then lookups, one for each node in
// a minute. In a network from disk 1,000 nodes look something up, while all nodes refresh one
// bucket each, as after a restart. The process does nothing else, so that its memory can be
// measured.

import { memoryUsage } from 'node:process'
import { Oracle, World } from '@dht/sim'
import { initOf, serve } from '../serve.ts'
import { startFromDisk } from './from-disk.ts'
import type { Round, WorldInit, WorldReport } from './protocol.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
/** Virtual time between two checks whether the lookups have ended, ms. */
const LOOK_MS = 10

const { nodes, fromDisk, encoded } = initOf<WorldInit>()
const lookups = fromDisk ? 1_000 : 10_000
/** During the first round the engine still compiles code. */
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
const lookupRounds = Array.from({ length: rounds }, runRound)
const measures = log.take()
const report: WorldReport = {
  lookupRounds,
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

/** Runs a round of lookups and measures it. */
function runRound(): Round {
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

/** CPU time of a function, ms. */
function cpuMsOf(work: () => void): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
