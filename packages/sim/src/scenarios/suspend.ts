// Scenario `suspend`: laptops are suspended for a minute to twelve hours, while other nodes come
// and go. A laptop that resumes finds the network by itself, its value is found again, and it does
// not flood the network. While it is suspended for long, its value is not found.
//
// What is wanted (property SIM-T1):
// - ten minutes after resuming, a laptop finds a server's value as often as one of the servers does
//   at the same instant. Churn alone may hide a value from all nodes for a while.
// - ten minutes after a suspension of an hour or more, in which its announcement fell due, its own
//   value is found by others: all. After a shorter one the earlier copies must suffice, as they
//   would have anyway.
// - an hour and a quarter after the suspension began, no lookup finds the laptop's value. An entry
//   lives for an hour, and no packet is under way for that long.
// - in its first minute it sends at most 600 packets: two joins and two rounds of publishing
//   (measured: up to 223 with 60 nodes, seeds 1 and 2, and 250 with 100, seed 1).

import type { Id } from '@dht/id'
import type { Host } from '../host/host.ts'
import { Churn } from '../life/churn.ts'
import { sessionsOfMedian } from '../life/sessions.ts'
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
/** Durations of suspensions, minutes. Those longer than the scenario are left out. */
const SLEEPS = [1, 5, 15, 60, 180, 720]
const LAPTOPS_PER_SLEEP = 4
/** Number of nodes that never leave. Laptops bootstrap from them, and one of them publishes. */
const SERVERS = 4
const BACK_MS = 10 * MINUTE_MS
/** Time from the suspension until the laptop's value must not be found, ms. */
const FORGOTTEN_MS = 75 * MINUTE_MS
const READERS = 5
const MOST_DATAGRAMS = 600

interface Laptop {
  readonly host: Host
  readonly announcement: Announcement
  readonly minutes: number
  /** Packets sent in the first minute after resuming. */
  sent: number
}

/** Labels of lookups: what they measure. */
const [AT_ONCE, LATER, CONTROL, STALE] = ['at once', 'later', 'control', 'stale'] as const
const [OWN_AFTER_NAP, OWN_AFTER_SLEEP] = ['own, nap', 'own, sleep'] as const
/** An announcement has fallen due in a suspension of this length, minutes. */
const SLEEP_MINUTES = 60

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
    const laptops = assemble(scenario, world, oracle)
    const [key] = oracle.announcements.keys
    for (const laptop of laptops) plan(world, oracle, { laptop, key: key as Id })
    const ms = scenario.settings.hours * HOUR_MS + 2 * BACK_MS
    scenario.advance(world, ms, { from: 0.2, to: 1, what: 'laptops are suspended' })
    world.advance(LONGEST_LOOKUP_MS)
    addFigures(scenario, laptops, oracle.log.take())
    const { open } = oracle.log
    scenario.figure({ name: 'lookups that did not end', value: open, unit: 'lookups', atMost: 0 })
    return scenario.report()
  },
})

/** Starts servers, laptops that bootstrap from them, and other nodes that come and go. */
function assemble(scenario: ScenarioRun, world: World, oracle: Oracle): Laptop[] {
  const { nodes, hours } = scenario.settings
  const minutes = SLEEPS.filter((each) => each <= hours * 60)
  const sleeps = minutes.flatMap((each) => Array.from({ length: LAPTOPS_PER_SLEEP }, () => each))
  scenario.grow(world, nodes - sleeps.length, { to: 0.2 })
  const chance = world.chance.branch('suspend')
  const servers = world.hosts.slice(0, SERVERS)
  oracle.announcements.enter(servers[0] as Host, oracle.anyId(chance))
  const bootstrap = servers.map((host) => host.endpoint)
  const laptops = sleeps.map((each): Laptop => {
    const host = world.addHost()
    host.start({ bootstrap })
    world.advance(JOIN_MS)
    return {
      host,
      minutes: each,
      announcement: oracle.announcements.enter(host, oracle.anyId(chance)),
      sent: 0,
    }
  })
  world.advance(MINUTE_MS)
  const staying = [...servers, ...laptops.map(({ host }) => host)]
  new Churn(world, { session: sessionsOfMedian(scenario.extra('session') * MINUTE_MS), staying })
  world.advance(BACK_MS)
  return laptops
}

function plan(
  world: World,
  { log }: Oracle,
  { laptop, key }: { readonly laptop: Laptop; readonly key: Id },
): void {
  const { host, minutes, announcement } = laptop
  const chance = world.chance.branch('suspend', host.number)
  const shutAt = world.now + chance.below(MINUTE_MS)
  const openAt = shutAt + minutes * MINUTE_MS
  const byOthers = (label: string): void => {
    const others = world.honest.filter((other) => other !== host)
    const expected = label === STALE ? [] : [announcement]
    for (const reader of chance.sample(others, READERS)) {
      log.lookup(reader, announcement.key, { label, expected })
    }
  }
  world.at(shutAt, () => host.suspend())
  if (shutAt + FORGOTTEN_MS < openAt) world.at(shutAt + FORGOTTEN_MS, () => byOthers(STALE))
  world.at(openAt, () => {
    const before = sentBy(host)
    host.resume()
    world.at(openAt + MINUTE_MS, () => {
      laptop.sent = sentBy(host) - before
    })
  })
  world.at(openAt + SECOND_MS, () => log.lookup(host, key, { label: AT_ONCE }))
  world.at(openAt + BACK_MS, () => {
    log.lookup(host, key, { label: LATER })
    log.lookup(world.hosts[SERVERS - 1] as Host, key, { label: CONTROL })
    byOthers(minutes < SLEEP_MINUTES ? OWN_AFTER_NAP : OWN_AFTER_SLEEP)
  })
}

function sentBy(host: Host): number {
  return host.core?.info(host.now).counters.datagramsSent ?? 0
}

function addFigures(
  scenario: ScenarioRun,
  laptops: readonly Laptop[],
  lookups: readonly LookupMeasure[],
): void {
  const of = (label: string): LookupMeasure[] => lookups.filter((each) => each.label === label)
  const share = (name: string, label: string, wanted: object = {}): void => {
    const value = shareOf(of(label), (each) => each.succeeded)
    scenario.figure({ name, value, unit: 'share', samples: of(label).length, ...wanted })
  }
  share('successful lookups, a second after resuming', AT_ONCE)
  const control = shareOf(of(CONTROL), (each) => each.succeeded)
  share('successful lookups, ten minutes after resuming', LATER, { atLeast: control })
  share('own value found by others, after shorter suspensions', OWN_AFTER_NAP)
  if (of(OWN_AFTER_SLEEP).length > 0) {
    const name = `own value found by others, after ${SLEEP_MINUTES} minutes or more`
    share(name, OWN_AFTER_SLEEP, { atLeast: 1 })
  }
  const stale = of(STALE)
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
    atMost: MOST_DATAGRAMS,
    samples: sent.size,
  })
  scenario.figure({
    name: 'laptops that run at the end',
    value: shareOf(laptops, ({ host }) => host.isAwake),
    unit: 'share',
    atLeast: 1,
  })
  plot(scenario, laptops, of(AT_ONCE))
}

function plot(
  scenario: ScenarioRun,
  laptops: readonly Laptop[],
  first: readonly LookupMeasure[],
): void {
  const sleeps = [...new Set(laptops.map(({ minutes }) => minutes))]
  const means = (read: (laptop: Laptop) => number): (readonly [number, number])[] => {
    return sleeps.map((minutes, i) => {
      const group = laptops.filter((laptop) => laptop.minutes === minutes)
      return [i + 1, new Sample(group.map(read)).mean] as const
    })
  }
  const timeOf = ({ host }: Laptop): number => {
    const own = first.filter((lookup) => lookup.host === host.number)
    return roundTrips(own, scenario.roundTripMs).mean
  }
  const xUnit = `suspended for ${sleeps.join(', ')} minutes`
  scenario.plot({
    kind: 'lines',
    name: 'First lookup after resuming',
    xUnit,
    yUnit: 'round trips',
    lines: [{ name: 'mean', points: means(timeOf) }],
  })
  scenario.plot({
    kind: 'lines',
    name: 'Packets sent in the first minute after resuming',
    xUnit,
    yUnit: 'datagrams',
    lines: [{ name: 'mean', points: means(({ sent }) => sent) }],
    limits: [{ name: 'most', value: MOST_DATAGRAMS }],
  })
}
