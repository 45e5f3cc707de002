// Defects of the node that simulated networks have shown and that are fixed: each with the seed
// that showed it.

import { contentId, type Id } from '@dht/id'
import { expect, it } from 'vitest'
import type { Host } from '../../../src/host/host.ts'
import { LATENCIES } from '../../../src/network/latency/latencies.ts'
import { Oracle } from '../../../src/oracle/oracle.ts'
import { roundTrips } from '../../../src/scenarios/lookup-plots.ts'
import { restart } from '../../../src/scenarios/restart.ts'
import { World } from '../../../src/world.ts'

const MINUTE_MS = 60_000
const PATIENT = { timeout: 60_000 }

// Silent members were queried only if a contact waited for their place or a lookup needed them. So
// wide buckets kept dead members for hours, and lookups spent their time on them.
it('after 45 minutes no table names a node of the half that crashed', PATIENT, () => {
  const world = new World({ seed: 1, encoded: false })
  const hosts = world.grow(40)
  const oracle = new Oracle(world)
  for (const host of hosts.slice(0, 20)) host.crash()
  world.advance(45 * MINUTE_MS)
  expect(oracle.survey().tables.deadShare).toBe(0)
})

// The nodes that started first found few others, wrote to those, and waited for the next round: the
// round counted how many responded, and the join counted restored contacts, dead or alive.
it('values are found ten minutes after all nodes have restarted', PATIENT, () => {
  const report = restart.run({
    encoded: false,
    nodes: 30,
    hours: 0.2,
    seed: 6,
    extras: { lookups: 60 },
  })
  const found = report.figures.find(({ name }) => name.startsWith('lookups that find all, before'))
  expect(found?.samples).toBe(60)
  expect(found?.value).toBe(1)
})

// The response to a resent query was measured from the first one. So an endpoint seemed slow after
// a lost packet, and was waited for longer the next time. Lookups took 40 round trips.
it('after an hour with loss nine of ten lookups take 10 round trips', PATIENT, () => {
  const world = new World({
    seed: 2,
    network: { latency: LATENCIES.uniform, loss: 0.2 },
    encoded: false,
  })
  const hosts = world.grow(40)
  world.advance(60 * MINUTE_MS)
  const targets = Array.from({ length: 10 }, (_, i) => contentId(Uint8Array.of(i)))
  for (const target of targets) (hosts[0] as Host).request({ kind: 'enter', target, port: 4_000 })
  world.advance(MINUTE_MS)
  const { log } = new Oracle(world)
  for (let i = 0; i < 100; i++) {
    log.lookup(hosts[i % 40] as Host, targets[i % 10] as Id)
    world.advance(1_000)
  }
  world.advance(MINUTE_MS)
  const time = roundTrips(log.take(), 50)
  expect(time.size).toBe(100)
  expect(time.quantile(0.9)).toBeLessThan(10)
})

// The lookup of a node that had just met its first contact began from that contact only, and ended
// with nothing if both packets to it were lost: 8 of these 100, and none now. With a fifth of all
// packets lost about one in a hundred still fails: 53 of 6,000, sixty seeds.
it('a new node that looks something up at once mostly finds it', PATIENT, () => {
  const world = new World({ seed: 7, network: { loss: 0.2 }, encoded: false })
  const hosts = world.grow(100)
  world.advance(10 * MINUTE_MS)
  const target = contentId(Uint8Array.of(1))
  ;(hosts[5] as Host).request({ kind: 'enter', target, port: 4_000 })
  world.advance(MINUTE_MS)
  const found: number[] = []
  for (let i = 0; i < 100; i++) {
    const bootstrap = [1, 2, 3].map((step) => (hosts[(7 * i + step) % 100] as Host).endpoint)
    const newcomer = world.addHost()
    newcomer.start({ bootstrap })
    newcomer.request(
      { kind: 'lookup', target, mode: 'quick' },
      { settled: (end) => void (end.kind === 'found' && found.push(end.result.endpoints.length)) },
    )
    world.advance(MINUTE_MS / 2)
    newcomer.crash()
  }
  expect(found).toHaveLength(100)
  expect(found.filter((endpoints) => endpoints === 0).length).toBeLessThan(4)
})
