// Scenario `pointed-at`: liars at random places name strangers in all their replies. It measures
// how many packets honest nodes send to strangers: in an hour in which no user does anything, in
// one lookup, and in one minute by one node because of one liar. What is wanted is not part of the
// scenario yet.

import type { Network as Protocol } from '@dht/krpc'
import { type PointerOptions, pointer } from '../adversaries/pointer.ts'
import type { Host } from '../host/host.ts'
import { Oracle } from '../oracle/oracle.ts'
import type { Figure } from '../reports/report.ts'
import { Sample } from '../reports/sample.ts'
import { lookUpAll } from './attack-lookups.ts'
import { grownWorld, NETWORK_HELP, protocolsOf } from './attack-world.ts'
import type { Scenario } from './scenario.ts'
import { ScenarioRun } from './scenario-run.ts'
import { resolveSettings } from './settings.ts'
import { StrangerMeter } from './stranger-meter.ts'

const HOUR_MS = 3_600_000
/** The lookups are spread over this time, ms, so that a node has at most one at a time. */
const ASKING_MS = 600_000
/** Time for the last packets of lookups, ms. */
const REST_MS = 60_000

type Strangers = NonNullable<PointerOptions['strangers']>

const KINDS: readonly Strangers[] = ['one', 'ports', 'own']

export const pointedAt: Scenario = Object.freeze<Scenario>({
  name: 'pointed-at',
  summary: 'liars name strangers in all replies; packets that the strangers receive',
  defaults: {
    nodes: 300,
    hours: 1,
    seed: 1,
    latency: 'uniform',
    extras: { mainline: undefined, share: 5, lookups: 200 },
  },
  leastNodes: 10,
  extraHelp: {
    mainline: NETWORK_HELP,
    share: 'liars, per cent of the nodes',
    lookups: 'lookups measured after the idle hours (--hours)',
  },
  run(given, observers) {
    const scenario = new ScenarioRun(pointedAt, resolveSettings(pointedAt, given), observers)
    const trials = protocolsOf(scenario).flatMap((protocol) => {
      const kinds: readonly Strangers[] = protocol.secureIds ? [...KINDS, 'allowed'] : KINDS
      return kinds.map((strangers) => ({ protocol, strangers }))
    })
    for (const [i, trial] of trials.entries()) {
      runTrial(scenario, { ...trial, from: i / trials.length, to: (i + 1) / trials.length })
    }
    return scenario.report()
  },
})

interface Trial {
  readonly protocol: Protocol
  readonly strangers: Strangers
  readonly from: number
  readonly to: number
}

const NAMES: Readonly<Record<Strangers, string>> = {
  one: 'one endpoint',
  ports: 'ports of one address',
  own: 'new endpoints in each reply',
  allowed: 'endpoints with allowed ids',
}

function runTrial(scenario: ScenarioRun, { protocol, strangers, from, to }: Trial): void {
  const at = (share: number): number => from + (to - from) * share
  const name = `${protocol.name}, ${NAMES[strangers]}`
  const hostile = { adversary: pointer({ strangers }), share: scenario.extra('share') / 100 }
  const world = grownWorld(scenario, { protocol, from, to: at(0.3) }, hostile)
  const meter = new StrangerMeter(world)
  const ms = scenario.settings.hours * HOUR_MS
  scenario.advance(world, ms, { from: at(0.3), to: at(0.8), what: `${name}: nobody does anything` })
  const idle = meter.take()
  const chance = world.chance.branch('pointed-at')
  const readers = chance.sample(world.honest, world.honest.length)
  const oracle = new Oracle(world)
  const lookups = Array.from({ length: scenario.extra('lookups') }, (_, i) => ({
    reader: readers[i % readers.length] as Host,
    target: oracle.anyId(chance, protocol.idLength),
  }))
  lookUpAll(scenario, world, {
    lookups,
    mode: 'all',
    ms: ASKING_MS,
    from: at(0.8),
    to,
    what: `${name}: lookups`,
    began: (reader) => meter.lookupBegan(reader),
    ended: (reader) => meter.lookupEnded(reader),
  })
  world.advance(REST_MS)
  const figure = (what: string, found: Omit<Figure, 'name'>): void => {
    scenario.figure({ name: `${name}: ${what}`, ...found })
  }
  const unit = 'packets'
  figure('packets to strangers in an idle minute, mean', { value: idle.perMinute, unit })
  figure('bytes to strangers in an idle minute, mean', {
    value: idle.bytesPerMinute,
    unit: 'bytes',
  })
  const { perLookup, mostToEndpoint, mostOfSource } = meter.take()
  const samples = perLookup.length
  figure('packets to strangers in a lookup, mean', {
    value: new Sample(perLookup).mean,
    unit,
    samples,
  })
  figure('the same, most', { value: new Sample(perLookup).most, unit, samples })
  figure('packets to one endpoint in a lookup, most', { value: mostToEndpoint, unit, samples })
  figure('packets of one node in a minute to strangers named by one liar, most', {
    value: Math.max(mostOfSource, idle.mostOfSource),
    unit,
  })
}
