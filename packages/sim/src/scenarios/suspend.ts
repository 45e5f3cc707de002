// Scenario `suspend`: laptops are suspended for a minute to twelve hours, while other nodes come
// and go. After it resumes, a laptop must find the network by itself and must not flood it, and
// other nodes must find the laptop's value again. During a long suspension no node may find that
// value.
//
// Limits (property SIM-T1):
// - Ten minutes after it resumes, a laptop finds a server's value as often as one of the servers
//   does at the same instant. Churn alone can hide a value from all nodes for a while.
// - Ten minutes after a suspension of an hour or more, every lookup by another node finds the
//   laptop's own value, because the announcement fell due and the laptop published again. A shorter
//   suspension has no limit: lookups depend on the copies that were stored before it.
// - 75 minutes after the suspension began, no lookup finds the laptop's value. A stored peer
//   expires after an hour, and no packet is under way for 15 minutes.
// - In the first minute after it resumes, a laptop sends at most 600 packets: two joins and two
//   rounds of publishing (measured: up to 223 with 60 nodes, seeds 1 and 2; 250 with 100, seed 1).

import type { Id } from '@dht/id'
import { Churn } from '../churn/churn.ts'
import { sessionsOfMedian } from '../churn/sessions.ts'
import type { Host } from '../host/host.ts'
import type { Announcement } from '../oracle/announcements.ts'
import type { LookupMeasure } from '../oracle/lookup-log.ts'
import { Oracle } from '../oracle/oracle.ts'
import { Sample, shareOf } from '../reports/sample.ts'
import type { World } from '../world.ts'
import { roundTrips } from './lookup-plots.ts'
import { LONGEST_LOOKUP_MS } from './observe.ts'
import type { Scenario } from './scenario.ts'
import { ScenarioRun } from './scenario-run.ts'
import { resolveSettings } from './settings.ts'

const SECOND_MS = 1_000
const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
/** Time between the joins of two laptops, ms. */
const JOIN_MS = 100
/** Durations of suspensions, minutes. Those longer than the scenario are not used. */
const SUSPENSIONS = [1, 5, 15, 60, 180, 720]
const LAPTOPS_PER_SUSPENSION = 4
/** Number of nodes that never leave. Laptops bootstrap from them, and one of them publishes. */
const SERVERS = 4
/** Time from the instant at which a laptop resumes to the lookups that must succeed, ms. */
const RECOVERY_MS = 10 * MINUTE_MS
/** Time from the start of a suspension until all stored copies of the value have expired, ms. */
const EXPIRED_MS = 75 * MINUTE_MS
/** Number of other nodes that look up a laptop's value. */
const READERS = 5
/** Most packets that a laptop may send in the first minute after it resumes. */
const MAX_PACKETS = 600

interface Laptop {
  readonly host: Host
  readonly announcement: Announcement
  /** Duration of its suspension, minutes. */
  readonly minutes: number
  /** Packets that it sent in the first minute after it resumed. */
  sent: number
}

/**
 * Labels of the lookups. `at once` and `later`: a laptop looks up a server's value, a second and
 * ten minutes after it resumes. `control`: a server does so at the same instant. `stale` and the
 * two `own` labels: other nodes look up a laptop's value, during and after its suspension.
 */
const [AT_ONCE, LATER, CONTROL, STALE] = ['at once', 'later', 'control', 'stale'] as const
const [OWN_AFTER_SHORT, OWN_AFTER_LONG] = ['own, short', 'own, long'] as const
/** A suspension is long if it lasts so many minutes: then the announcement has fallen due. */
const LONG_MINUTES = 60

export const suspend: Scenario = Object.freeze<Scenario>({
  name: 'suspend',
  summary: 'laptops are suspended for a minute to twelve hours; all find the network again',
  defaults: { nodes: 100, hours: 12, seed: 1, extras: { session: 60 } },
  leastNodes: 30,
  extraHelp: { session: 'median stay of all other nodes, minutes' },
  run(given, observers) {
    const scenario = new ScenarioRun(suspend, resolveSettings(suspend, given), observers)
    const world = scenario.world()
    const oracle = new Oracle(world)
    const laptops = startHosts(scenario, world, oracle)
    const [key] = oracle.announcements.keys
    for (const laptop of laptops) schedule(world, oracle, { laptop, key: key as Id })
    const ms = scenario.settings.hours * HOUR_MS + 2 * RECOVERY_MS
    scenario.advance(world, ms, { from: 0.2, to: 1, what: 'laptops are suspended' })
    world.advance(LONGEST_LOOKUP_MS)
    addFigures(scenario, laptops, oracle.log.take())
    const { open } = oracle.log
    scenario.figure({ name: 'lookups that did not end', value: open, unit: 'lookups', atMost: 0 })
    return scenario.report()
  },
})

/** Starts servers, laptops that bootstrap from them, and other nodes that come and go. */
function startHosts(scenario: ScenarioRun, world: World, oracle: Oracle): Laptop[] {
  const { nodes, hours } = scenario.settings
  const durations = SUSPENSIONS.filter((minutes) => minutes <= hours * 60).flatMap((minutes) => {
    return Array.from({ length: LAPTOPS_PER_SUSPENSION }, () => minutes)
  })
  scenario.grow(world, nodes - durations.length, { to: 0.2 })
  const chance = world.chance.branch('suspend')
  const servers = world.hosts.slice(0, SERVERS)
  oracle.announcements.announce(servers[0] as Host, oracle.anyId(chance))
  const bootstrap = servers.map((host) => host.endpoint)
  const laptops = durations.map((minutes): Laptop => {
    const host = world.addHost()
    host.start({ bootstrap })
    world.advance(JOIN_MS)
    return {
      host,
      minutes,
      announcement: oracle.announcements.announce(host, oracle.anyId(chance)),
      sent: 0,
    }
  })
  world.advance(MINUTE_MS)
  const staying = [...servers, ...laptops.map(({ host }) => host)]
  new Churn(world, { session: sessionsOfMedian(scenario.extra('session') * MINUTE_MS), staying })
  world.advance(RECOVERY_MS)
  return laptops
}

/** Schedules the suspension of a laptop, and all lookups that measure it. */
function schedule(
  world: World,
  { log }: Oracle,
  { laptop, key }: { readonly laptop: Laptop; readonly key: Id },
): void {
  const { host, minutes, announcement } = laptop
  const chance = world.chance.branch('suspend', host.number)
  const suspendAt = world.now + chance.below(MINUTE_MS)
  const resumeAt = suspendAt + minutes * MINUTE_MS
  const lookupByOthers = (label: string): void => {
    const others = world.honest.filter((other) => other !== host)
    const expected = label === STALE ? [] : [announcement]
    for (const reader of chance.sample(others, READERS)) {
      log.lookup(reader, announcement.key, { label, expected })
    }
  }
  world.at(suspendAt, () => host.suspend())
  if (suspendAt + EXPIRED_MS < resumeAt)
    world.at(suspendAt + EXPIRED_MS, () => lookupByOthers(STALE))
  world.at(resumeAt, () => {
    const before = sentBy(host)
    host.resume()
    world.at(resumeAt + MINUTE_MS, () => {
      laptop.sent = sentBy(host) - before
    })
  })
  world.at(resumeAt + SECOND_MS, () => log.lookup(host, key, { label: AT_ONCE }))
  world.at(resumeAt + RECOVERY_MS, () => {
    log.lookup(host, key, { label: LATER })
    log.lookup(world.hosts[SERVERS - 1] as Host, key, { label: CONTROL })
    lookupByOthers(minutes < LONG_MINUTES ? OWN_AFTER_SHORT : OWN_AFTER_LONG)
  })
}

/** The number of packets that a host has sent so far. */
function sentBy(host: Host): number {
  return host.core?.info(host.now).counters.datagramsSent ?? 0
}

function addFigures(
  scenario: ScenarioRun,
  laptops: readonly Laptop[],
  lookups: readonly LookupMeasure[],
): void {
  const labelled = (label: string): LookupMeasure[] =>
    lookups.filter((each) => each.label === label)
  const share = (name: string, label: string, limit: object = {}): void => {
    const value = shareOf(labelled(label), (each) => each.succeeded)
    scenario.figure({ name, value, unit: 'share', samples: labelled(label).length, ...limit })
  }
  share('successful lookups, a second after resuming', AT_ONCE)
  const control = shareOf(labelled(CONTROL), (each) => each.succeeded)
  share('successful lookups, ten minutes after resuming', LATER, { atLeast: control })
  share('own value found by others, after shorter suspensions', OWN_AFTER_SHORT)
  if (labelled(OWN_AFTER_LONG).length > 0) {
    const name = `own value found by others, after ${LONG_MINUTES} minutes or more`
    share(name, OWN_AFTER_LONG, { atLeast: 1 })
  }
  const stale = labelled(STALE)
  if (stale.length > 0) {
    scenario.figure({
      name: 'lookups that find a laptop suspended for 75 minutes',
      value: stale.filter(({ endpoints }) => endpoints > 0).length,
      unit: 'lookups',
      atMost: 0,
      samples: stale.length,
    })
  }
  const sent = new Sample(laptops.map((laptop) => laptop.sent))
  scenario.figure({
    name: 'packets sent in the first minute after resuming, most',
    value: sent.most,
    unit: 'datagrams',
    atMost: MAX_PACKETS,
    samples: sent.size,
  })
  scenario.figure({
    name: 'laptops that run at the end',
    value: shareOf(laptops, ({ host }) => host.isAwake),
    unit: 'share',
    atLeast: 1,
  })
  plot(scenario, laptops, labelled(AT_ONCE))
}

function plot(
  scenario: ScenarioRun,
  laptops: readonly Laptop[],
  firstLookups: readonly LookupMeasure[],
): void {
  const durations = [...new Set(laptops.map(({ minutes }) => minutes))]
  const meansPerDuration = (read: (laptop: Laptop) => number): (readonly [number, number])[] => {
    return durations.map((minutes, i) => {
      const group = laptops.filter((laptop) => laptop.minutes === minutes)
      return [i + 1, new Sample(group.map(read)).mean] as const
    })
  }
  const meanRoundTrips = ({ host }: Laptop): number => {
    const own = firstLookups.filter((lookup) => lookup.host === host.number)
    return roundTrips(own, scenario.roundTripMs).mean
  }
  const xUnit = `suspended for ${durations.join(', ')} minutes`
  scenario.plot({
    kind: 'lines',
    name: 'First lookup after resuming',
    xUnit,
    yUnit: 'round trips',
    lines: [{ name: 'mean', points: meansPerDuration(meanRoundTrips) }],
  })
  scenario.plot({
    kind: 'lines',
    name: 'Packets sent in the first minute after resuming',
    xUnit,
    yUnit: 'datagrams',
    lines: [{ name: 'mean', points: meansPerDuration(({ sent }) => sent) }],
    limits: [{ name: 'most', value: MAX_PACKETS }],
  })
}
