// Scenario `passers-by`: one node stays and publishes an identity. All other nodes join through it,
// look the identity up, and leave, mostly one after the other, sometimes a few at a time. In the
// first half the publisher is the only node that stays, in the second half a few others stay too.
//
// What is wanted (goal R10): every client finds the identity within three of its own round trips to
// the publisher: one to join, one to query it, and one more. The round trip follows from the places
// of the two hosts, plus a tenth for jitter. With the latency `datagrams`, which draws the time of
// each packet, there is no such round trip, so the figure has no limit. A client whose lookup finds
// nothing looks up again a second later, as a user would.

import type { Id } from '@dht/id'
import { endpoint, sameEndpoint } from '@dht/krpc'
import { exponentialSessions } from '../churn/sessions.ts'
import type { Host } from '../host/host.ts'
import { Oracle } from '../oracle/oracle.ts'
import type { Figure } from '../reports/report.ts'
import { Sample, shareOf } from '../reports/sample.ts'
import type { World } from '../world.ts'
import type { Scenario } from './scenario.ts'
import { ScenarioRun } from './scenario-run.ts'
import { resolveSettings } from './settings.ts'

const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
const MOST_ROUND_TRIPS = 3
/** Longest delay of one packet beyond another, as a share of a round trip. */
const JITTER = 0.1
/** A client that has found nothing leaves after this time, ms. Our choice. */
const LONGEST_STAY_MS = 5 * MINUTE_MS
/** Time between a lookup that found nothing and the next one, ms. Our choice. */
const RETRY_MS = SECOND_MS
/**
 * Time from the start of the last node that stays to the announcement, and from there to the first
 * client, ms.
 */
const SETTLING_MS = 10 * SECOND_MS
const PORT = 4_000

/** A node that comes, looks up and leaves. */
interface Client {
  readonly host: Host
  readonly startedAt: number
  /** Its round trip to the publisher, ms. */
  readonly roundTripMs: number
  foundAt: number | undefined
}

/** What all clients of a world look up. */
interface Wanted {
  readonly world: World
  readonly target: Id
  readonly publisher: Host
}

export const passersBy: Scenario = Object.freeze<Scenario>({
  name: 'passers-by',
  summary: 'one node stays and publishes; clients join through it, look up and leave',
  defaults: { nodes: 60, hours: 1, seed: 1, extras: { stay: 20, few: 4, runs: 5 } },
  leastNodes: 1,
  extraHelp: {
    stay: 'how long a client stays after it has found the identity, mean, seconds',
    few: 'nodes that stay with the publisher, in the second half',
    runs: 'networks of each kind, each with a seed of its own; `--nodes` is the clients of one',
  },
  run(given, observers) {
    const scenario = new ScenarioRun(passersBy, resolveSettings(passersBy, given), observers)
    const few = scenario.extra('few')
    const alone = runNetworks(scenario, { staying: 0, from: 0, to: 0.5 })
    const together = runNetworks(scenario, { staying: few, from: 0.5, to: 1 })
    addFigures(scenario, 'alone', alone)
    addFigures(scenario, `with ${few}`, together)
    return scenario.report()
  },
})

interface Part {
  readonly staying: number
  readonly from: number
  readonly to: number
}

/** @returns the clients of each run, in the order in which they came */
function runNetworks(scenario: ScenarioRun, { staying, from, to }: Part): Client[][] {
  const runs = scenario.extra('runs')
  return Array.from({ length: runs }, (_, run) => {
    const at = from + ((to - from) * run) / runs
    return runNetwork(scenario, { staying, run, from: at, to: at + (to - from) / runs })
  })
}

function runNetwork(scenario: ScenarioRun, part: Part & { readonly run: number }): Client[] {
  const { nodes, hours, seed } = scenario.settings
  const world = scenario.world({ seed: `${seed}/${part.staying}/${part.run}` })
  const chance = world.chance.branch('passers-by')
  const [publisher] = world.grow(1) as [Host]
  const bootstrap = [publisher.endpoint]
  for (let i = 0; i < part.staying; i++) world.addHost().start({ bootstrap })
  world.advance(SETTLING_MS)
  const target = new Oracle(world).anyId(chance)
  publisher.request({ kind: 'enter', target, port: PORT }, { settled: () => {} })
  world.advance(SETTLING_MS)
  const wanted = { world, target, publisher }
  const clients: Client[] = []
  const stays = exponentialSessions(scenario.extra('stay') * SECOND_MS)
  const ms = hours * HOUR_MS
  for (let i = 0; i < nodes; i++) {
    // At a random instant of its part of the time: some gaps are long, and some clients overlap.
    const at = world.now + Math.floor(((i + chance.unit()) * ms) / nodes)
    world.at(at, () => clients.push(addClient(wanted, stays(chance))))
  }
  const { from, to } = part
  scenario.advance(world, ms + LONGEST_STAY_MS, { from, to, what: `clients, ${part.staying} stay` })
  return clients
}

function addClient(wanted: Wanted, stayMs: number): Client {
  const { world, publisher } = wanted
  const host = world.addHost()
  host.start({ bootstrap: [publisher.endpoint] })
  const roundTripMs = roundTripOf(world, host, publisher)
  const client: Client = { host, startedAt: world.now, roundTripMs, foundAt: undefined }
  lookUp(client, wanted, () => {
    world.at(world.now + stayMs, () => host.close())
  })
  world.at(world.now + LONGEST_STAY_MS, () => {
    if (client.foundAt === undefined) host.close()
  })
  return client
}

/** Looks up until the identity is found or the client leaves. */
function lookUp(client: Client, wanted: Wanted, whenFound: () => void): void {
  const { world, target, publisher } = wanted
  const { host } = client
  const served = endpoint(publisher.endpoint.address, PORT)
  host.request(
    { kind: 'lookup', target, mode: 'first' },
    {
      found: (endpoints) => {
        if (client.foundAt !== undefined) return
        if (!endpoints.some((each) => sameEndpoint(each, served))) return
        client.foundAt = world.now
        whenFound()
      },
      settled: () => {
        if (client.foundAt !== undefined) return
        world.at(world.now + RETRY_MS, () => {
          if (host.isAwake) lookUp(client, wanted, whenFound)
        })
      },
    },
  )
}

function roundTripOf({ network }: World, a: Host, b: Host): number {
  const { latency } = network.config
  return (latency(a.place, b.place, 0.5) + latency(b.place, a.place, 0.5)) * (1 + JITTER)
}

function addFigures(
  scenario: ScenarioRun,
  name: string,
  runs: readonly (readonly Client[])[],
): void {
  const clients = runs.flat()
  const samples = clients.length
  const figure = (what: string, found: Omit<Figure, 'name'>): void => {
    scenario.figure({ name: `${name}: ${what}`, samples, ...found })
  }
  const hasLimit = scenario.latency !== 'datagrams'
  const inTime = shareOf(clients, (client) => tripsOf(client) <= MOST_ROUND_TRIPS)
  figure(`found within ${MOST_ROUND_TRIPS} round trips`, {
    value: inTime,
    unit: 'share',
    ...(hasLimit && { atLeast: 1 }),
  })
  const never = clients.filter(({ foundAt }) => foundAt === undefined).length
  figure('clients that never found it', { value: never, unit: 'clients', atMost: 0 })
  const trips = new Sample(clients.map(tripsOf).filter(Number.isFinite))
  figure('until found, median', { value: trips.quantile(0.5), unit: 'round trips' })
  figure('until found, most', { value: trips.most, unit: 'round trips' })
  const seconds = new Sample(clients.flatMap(secondsOf))
  figure('until found, most', { value: seconds.most, unit: 'seconds' })
  scenario.plot({
    kind: 'lines',
    name: `Until the identity is found, ${name}`,
    xUnit: 'clients that came before',
    yUnit: 'seconds, mean of all runs',
    lines: [{ name: 'clients', points: meansByOrder(runs) }],
  })
}

/** Round trips from the client's start until it found the identity. */
function tripsOf({ startedAt, foundAt, roundTripMs }: Client): number {
  return foundAt === undefined ? Number.POSITIVE_INFINITY : (foundAt - startedAt) / roundTripMs
}

/** Time until the client found the identity, seconds; empty if it never did. */
function secondsOf({ startedAt, foundAt }: Client): number[] {
  return foundAt === undefined ? [] : [(foundAt - startedAt) / SECOND_MS]
}

/** Mean time by the number of clients that came before. */
function meansByOrder(runs: readonly (readonly Client[])[]): (readonly [number, number])[] {
  const most = Math.max(0, ...runs.map((clients) => clients.length))
  return Array.from({ length: most }, (_, nth): readonly [number, number][] => {
    const seconds = new Sample(
      runs.flatMap((clients) => clients.slice(nth, nth + 1)).flatMap(secondsOf),
    )
    return seconds.size === 0 ? [] : [[nth, seconds.mean]]
  }).flat()
}
