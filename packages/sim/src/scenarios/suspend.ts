// Laptops: lids are shut for a minute to twelve hours while the network around them comes and goes.
// Whoever wakes finds its way back by itself, its value is found again, and it makes no storm.
// While it sleeps for long, nobody is sent to it.
//
// What is wanted (property SIM-T1):
// - ten minutes after waking a laptop finds a server's value as often as one of the servers does at
//   the same instant: churn alone may hide a value from everybody for a while.
// - ten minutes after an hour's sleep or more, in which its entry fell due, its own value is found
//   from elsewhere: all. After a shorter one the copies of before must do, as they would have.
// - an hour and a quarter after the lid was shut nobody finds the sleeper's value: none. An announcement
//   lives for an hour, and what was on its way is long there.
// - in its first minute it sends at most 600 datagrams: a join and a round of publishing, twice
//   over (measured: up to 223 with 60 nodes, seeds 1 and 2, and 250 with 100, seed 1).

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
/** Time between two laptops' joins, ms. */
const JOIN_MS = 100
/** How long lids stay shut, minutes; those longer than the scenario are left out. */
const SLEEPS = [1, 5, 15, 60, 180, 720]
const LAPTOPS_PER_SLEEP = 4
/** Nodes that stay for ever: laptops are told of them, and one publishes what laptops look up. */
const SERVERS = 4
const BACK_MS = 10 * MINUTE_MS
/** From a lid's shutting until nobody may find the sleeper, ms. */
const FORGOTTEN_MS = 75 * MINUTE_MS
const READERS = 5
const MOST_DATAGRAMS = 600

interface Laptop {
  readonly host: Host
  readonly announcement: Announcement
  readonly minutes: number
  /** Datagrams sent in the first minute after waking. */
  sent: number
}

/** What lookups are for. */
const [AT_ONCE, LATER, CONTROL, STALE] = ['at once', 'later', 'control', 'stale'] as const
const [OWN_AFTER_NAP, OWN_AFTER_SLEEP] = ['own, nap', 'own, sleep'] as const
/** Shut for as long as this, an entry has fallen due, minutes. */
const SLEEP_MINUTES = 60

export const suspend: Scenario = Object.freeze<Scenario>({
  name: 'suspend',
  summary: 'laptop lids are shut for a minute to twelve hours; all find their way back',
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
    scenario.advance(world, ms, { from: 0.2, to: 1, what: 'lids are shut' })
    world.advance(LONGEST_LOOKUP_MS)
    tell(scenario, laptops, oracle.log.take())
    const { open } = oracle.log
    scenario.figure({ name: 'lookups without an end', value: open, unit: 'lookups', atMost: 0 })
    return scenario.report()
  },
})

/** Servers that stay, laptops that were told of them, and everybody else, who comes and goes. */
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

function tell(
  scenario: ScenarioRun,
  laptops: readonly Laptop[],
  lookups: readonly LookupMeasure[],
): void {
  const of = (label: string): LookupMeasure[] => lookups.filter((each) => each.label === label)
  const share = (name: string, label: string, wanted: object = {}): void => {
    const value = shareOf(of(label), (each) => each.succeeded)
    scenario.figure({ name, value, unit: 'share', samples: of(label).length, ...wanted })
  }
  share('lookups that find, a second after waking', AT_ONCE)
  const control = shareOf(of(CONTROL), (each) => each.succeeded)
  share('the same, ten minutes after', LATER, { atLeast: control })
  share('own value found from elsewhere, after naps', OWN_AFTER_NAP)
  if (of(OWN_AFTER_SLEEP).length > 0) {
    const name = `the same, after ${SLEEP_MINUTES} minutes or more`
    share(name, OWN_AFTER_SLEEP, { atLeast: 1 })
  }
  const stale = of(STALE)
  if (stale.length > 0) {
    scenario.figure({
      name: 'lookups that find a sleeper after 75 minutes',
      value: stale.filter(({ endpoints }) => endpoints > 0).length,
      unit: 'lookups',
      atMost: 0,
      samples: stale.length,
    })
  }
  const sent = new Sample(laptops.map((laptop) => laptop.sent))
  scenario.figure({
    name: 'sent in the first minute awake, most',
    value: sent.most,
    unit: 'datagrams',
    atMost: MOST_DATAGRAMS,
    samples: sent.size,
  })
  scenario.figure({
    name: 'laptops awake in the end',
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
  const xUnit = `lid shut for ${sleeps.join(', ')} minutes`
  scenario.plot({
    kind: 'lines',
    name: 'First lookup after waking',
    xUnit,
    yUnit: 'round trips',
    lines: [{ name: 'mean', points: means(timeOf) }],
  })
  scenario.plot({
    kind: 'lines',
    name: 'Sent in the first minute awake',
    xUnit,
    yUnit: 'datagrams',
    lines: [{ name: 'mean', points: means(({ sent }) => sent) }],
    limits: [{ name: 'most', value: MOST_DATAGRAMS }],
  })
}
