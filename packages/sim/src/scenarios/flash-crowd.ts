// Scenario `flash-crowd`: all nodes announce themselves under the same identity within a minute,
// and then all look it up within a minute. The few nodes nearest to the identity must handle that
// load.
//
// What is wanted:
// - Each lookup finds the endpoint of another node.
// - No node stores more than 500 peers (`maxPeersPerKey`). The announcements of at least 500
//   publishers are stored somewhere, or of all publishers if there are fewer. A full store gives no
//   token, so a publisher writes to other nodes that its lookup met. The announcement of a
//   publisher whose lookup meets only full stores is not stored.
// - No packet is larger than 1,232 bytes (the budget of a reply: the minimum MTU of IPv6, less the
//   headers of IPv6 and UDP).
// - A node receives at most 5 packets for each node of the crowd. One of the nearest nodes gets a
//   query and a write from each publisher, a query from each lookup, and little more (measured: 4.0
//   to 4.2; seeds 1 to 3 with 200 nodes, seed 1 with 1,000).

import { CORE_DEFAULTS } from '@dht/node/core'
import { flashCrowd } from '../churn/flash-crowd.ts'
import type { LookupMeasure } from '../oracle/lookup-log.ts'
import { Oracle } from '../oracle/oracle.ts'
import { Sample, shareOf } from '../reports/sample.ts'
import type { World } from '../world.ts'
import { CrowdMeter } from './crowd-meter.ts'
import { roundTrips } from './lookup-plots.ts'
import { LONGEST_LOOKUP_MS } from './observe.ts'
import type { Scenario } from './scenario.ts'
import { ScenarioRun } from './scenario-run.ts'
import { resolveSettings } from './settings.ts'

const MINUTE_MS = 60_000
const MAX_PACKET_BYTES = 1_232
const MAX_PACKETS_PER_NODE = 5

export const flashCrowdScenario: Scenario = Object.freeze<Scenario>({
  name: 'flash-crowd',
  summary: 'all nodes announce and look up one identity within minutes; its holders bear the load',
  defaults: { nodes: 1_000, hours: 0, seed: 1, extras: { within: 60 } },
  leastNodes: 20,
  extraHelp: { within: 'time in which all announce, and in which all look up, seconds' },
  run(given, observers) {
    const scenario = new ScenarioRun(
      flashCrowdScenario,
      resolveSettings(flashCrowdScenario, given),
      observers,
    )
    const world = scenario.world()
    scenario.grow(world, scenario.settings.nodes, { to: 0.5 })
    world.advance(MINUTE_MS)
    const oracle = new Oracle(world)
    const key = oracle.anyId(world.chance.branch('flash-crowd'))
    const meter = new CrowdMeter(world)
    const withinMs = Math.round(scenario.extra('within') * 1_000)
    const hosts = world.honest
    flashCrowd(world, {
      hosts,
      withinMs,
      act: (host) => void oracle.announcements.announce(host, key),
    })
    const publishing = { from: 0.5, to: 0.7, what: 'all nodes announce' }
    scenario.advance(world, withinMs + LONGEST_LOOKUP_MS, publishing)
    const stored = oracle.announcements.expected(key).length
    flashCrowd(world, {
      hosts,
      withinMs,
      act: (host) => oracle.log.lookup(host, key, { expected: [] }),
    })
    const lookingUp = { from: 0.7, to: 1, what: 'all nodes look up' }
    scenario.advance(world, withinMs + LONGEST_LOOKUP_MS, lookingUp)
    meter.end()
    addLookupFigures(scenario, { stored, lookups: oracle.log.take(), open: oracle.log.open })
    addLoadFigures(scenario, world, meter)
    scenario.note('A reply has at most 50 random endpoints of its holder, so no lookup finds all.')
    return scenario.report()
  },
})

function addLookupFigures(
  scenario: ScenarioRun,
  outcome: {
    /** Publishers whose announcement is stored on at least one node. */
    readonly stored: number
    readonly lookups: readonly LookupMeasure[]
    /** Lookups that have not ended. */
    readonly open: number
  },
): void {
  const { nodes } = scenario.settings
  const { stored, lookups, open } = outcome
  scenario.figure({
    name: 'announcements that are stored',
    value: stored / nodes,
    unit: 'share',
    atLeast: Math.min(1, CORE_DEFAULTS.maxPeersPerKey / nodes),
    samples: nodes,
  })
  const samples = lookups.length
  scenario.figure({
    name: 'lookups that find another node',
    // A lookup always finds the endpoint of its own node.
    value: shareOf(lookups, ({ endpoints }) => endpoints > 1),
    unit: 'share',
    atLeast: 1,
    samples,
  })
  scenario.figure({ name: 'lookups that did not end', value: open, unit: 'lookups', atMost: 0 })
  const found = new Sample(lookups.map(({ endpoints }) => endpoints))
  const time = roundTrips(lookups, scenario.roundTripMs)
  scenario.figure({ name: 'endpoints found, mean', value: found.mean, unit: 'endpoints', samples })
  scenario.figure({ name: 'time, median', value: time.quantile(0.5), unit: 'round trips', samples })
  scenario.figure({ name: 'time, p99', value: time.quantile(0.99), unit: 'round trips', samples })
  const binWidth = 20
  scenario.plot({
    kind: 'bars',
    name: 'Endpoints found per lookup',
    unit: 'endpoints',
    binWidth,
    sets: [{ name: 'lookups', counts: found.counts(binWidth) }],
  })
  scenario.plot({
    kind: 'bars',
    name: 'Time per lookup',
    unit: 'round trips',
    binWidth: 0.2,
    sets: [{ name: 'lookups', counts: time.counts(0.2) }],
  })
}

function addLoadFigures(scenario: ScenarioRun, world: World, meter: CrowdMeter): void {
  const { nodes } = scenario.settings
  const received = new Sample(meter.received)
  const worst = new Sample(meter.worst)
  const infos = world.honest.map((host) => host.core?.info(host.now))
  const held = new Sample(infos.map((info) => info?.store.peers ?? 0))
  const limited = new Sample(infos.map((info) => info?.counters.queriesLimited ?? 0))
  const { maxPeersPerKey } = CORE_DEFAULTS
  scenario.figure({
    name: 'received by the busiest node, per node of the crowd',
    value: received.most / nodes,
    unit: 'datagrams',
    atMost: MAX_PACKETS_PER_NODE,
  })
  scenario.figure({ name: 'received in the worst second', value: worst.most, unit: 'packets' })
  scenario.figure({
    name: 'most peers stored at one node',
    value: held.most,
    unit: 'peers',
    atMost: maxPeersPerKey,
  })
  const withoutPeers = held.counts(1)[0] ?? 0
  const holders = held.size - withoutPeers
  scenario.figure({ name: 'nodes that store peers', value: holders, unit: 'nodes' })
  scenario.figure({
    name: 'largest packet',
    value: meter.largest,
    unit: 'bytes',
    atMost: MAX_PACKET_BYTES,
  })
  scenario.figure({
    name: 'queries rejected by rate limits',
    value: limited.sum,
    unit: 'queries',
    atMost: 0,
  })
  const ranked = meter.received.sort((a, b) => b - a).slice(0, 40)
  scenario.plot({
    kind: 'lines',
    name: 'Packets received per node of the crowd, busiest nodes first',
    xUnit: 'rank',
    yUnit: 'datagrams',
    lines: [{ name: 'nodes', points: ranked.map((count, i) => [i + 1, count / nodes] as const) }],
    limits: [{ name: 'most per node of the crowd', value: MAX_PACKETS_PER_NODE }],
  })
}
