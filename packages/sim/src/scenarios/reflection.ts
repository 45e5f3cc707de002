// Scenario `reflection`: queries with forged sources, which never answer, to one node of a network
// of IPv4 and IPv6. It measures what the node sends to these sources for each byte that it received
// in their name: in the worst reply to each kind of query, to one source in a minute, and to many
// sources in a minute, checks included. What is wanted is not part of the scenario yet.

import { type Id, idView } from '@dht/id'
import {
  type Endpoint,
  encodeValue,
  endpoint,
  type Network as Protocol,
  signedBytes,
} from '@dht/krpc'
import { type NewItem, nobleCrypto } from '@dht/node/core'
import { type AddressPlan, attackEndpoints } from '../adversaries/attack-addresses.ts'
import { type Reflected, reflectedQueries, reflector } from '../adversaries/reflector.ts'
import type { Host } from '../host/host.ts'
import { Oracle } from '../oracle/oracle.ts'
import type { Figure } from '../reports/report.ts'
import type { World } from '../world.ts'
import { addAttacker, grownWorld, NETWORK_HELP, protocolsOf } from './attack-world.ts'
import { type Reflection, ReflectionMeter } from './reflection-meter.ts'
import type { Scenario } from './scenario.ts'
import { ScenarioRun } from './scenario-run.ts'
import { resolveSettings } from './settings.ts'

const MINUTE_MS = 60_000
/** Peers that the node stores under the key, and other keys under which it stores one. */
const PEERS = 200
const OTHER_KEYS = 100
/** Bytes of an item's value without its length: as many as there may be. */
const VALUE_BYTES = 996
/** Queries of each kind, each from a source of its own. */
const OF_EACH_KIND = 5
/** Time between two kinds of queries, ms: windows of time in the node are over then. */
const PAUSE_MS = 30_000
const MANY_PORTS = 600

export const reflection: Scenario = Object.freeze<Scenario>({
  name: 'reflection',
  summary: 'queries from forged sources to one node; bytes that it sends to these sources',
  defaults: {
    nodes: 60,
    hours: 0,
    seed: 1,
    latency: 'uniform',
    extras: { mainline: undefined, one: 600, sources: 3_000, many: 6_000, minutes: 3 },
  },
  leastNodes: 10,
  extraHelp: {
    mainline: NETWORK_HELP,
    one: 'queries of one source in a minute',
    sources: 'number of many sources',
    many: 'queries of many sources together in a minute',
    minutes: 'minutes of queries from many sources; the worst one counts',
  },
  run(given, observers) {
    const scenario = new ScenarioRun(reflection, resolveSettings(reflection, given), observers)
    const protocols = protocolsOf(scenario)
    for (const [i, protocol] of protocols.entries()) {
      runTrial(scenario, protocol, [i / protocols.length, (i + 1) / protocols.length])
    }
    return scenario.report()
  },
})

interface Target {
  readonly scenario: ScenarioRun
  readonly world: World
  readonly victim: Host
  /** Number of the first subnet that no source has been in yet. */
  subnet: number
}

function runTrial(
  scenario: ScenarioRun,
  protocol: Protocol,
  [from, to]: readonly [from: number, to: number],
): void {
  const at = (share: number): number => from + (to - from) * share
  const host = { ipv6: true }
  const world = grownWorld(scenario, { protocol, host, from, to: at(0.3) })
  const [victim] = world.honest as [Host]
  const queries = reflectedQueries(protocol, fillStore(world, victim))
  const target: Target = { scenario, world, victim, subnet: 0 }
  const worst = measureKinds(target, queries)
  const figure = (what: string, found: Omit<Figure, 'name'>): void => {
    scenario.figure({ name: `${protocol.name}: ${what}`, ...found })
  }
  const unit = 'bytes per byte'
  for (const { name, found } of worst) {
    figure(`worst reply to ${name}`, { value: found.worstReply, unit, samples: found.queries })
  }
  const [{ query, family }] = worst as [Worst]
  scenario.progress(at(0.5), `${protocol.name}: one source`)
  const perMinute = scenario.extra('one')
  const [one] = sourcesIn(target, { addresses: 1, subnets: 1, family }) as [Endpoint]
  const ports = Array.from({ length: MANY_PORTS }, (_, i) => endpoint(one.address, 2_000 + i))
  for (const [name, sources] of [
    ['one source', [one]],
    ['one address with many ports', ports],
  ] as const) {
    const found = forge(target, { sources, perMinute, queries: [query], ms: MINUTE_MS })
    figure(`${name}: replies longer than the query in a minute`, {
      value: found.longer,
      unit: 'replies',
      samples: found.queries,
    })
    figure(`${name}: all that is sent to it`, { value: ratio(found), unit, samples: found.queries })
  }
  const [many, count] = [scenario.extra('many'), scenario.extra('sources')]
  for (const [name, subnets] of [
    ['many sources', count],
    ['many sources of ten subnets', Math.min(10, count)],
  ] as const) {
    scenario.progress(at(0.7), `${protocol.name}: ${name}`)
    const sources = sourcesIn(target, {
      addresses: Math.min(count, 200 * subnets),
      subnets,
      family,
    })
    const minutes = Array.from({ length: scenario.extra('minutes') }, () => {
      return forge(target, {
        sources,
        perMinute: many,
        queries: [query],
        ms: MINUTE_MS,
        rests: false,
      })
    })
    figure(`${name}: all that is sent to them in the worst minute`, {
      value: Math.max(...minutes.map(ratio)),
      unit,
      samples: Math.min(...minutes.map((each) => each.queries)),
    })
    world.advance(PAUSE_MS)
  }
}

function ratio({ bytesReceived, bytesSent }: Reflection): number {
  return bytesSent / bytesReceived
}

interface Worst {
  readonly name: string
  readonly query: Reflected
  readonly family: 4 | 6
  readonly found: Reflection
}

/** The worst reply to each kind of query, the worst kind first. */
function measureKinds(target: Target, queries: readonly Reflected[]): Worst[] {
  const all = queries.flatMap((query) => {
    return ([4, 6] as const).map((family) => {
      const sources = sourcesIn(target, { addresses: OF_EACH_KIND, subnets: OF_EACH_KIND, family })
      // All within a second.
      const perMinute = 60 * OF_EACH_KIND
      const found = forge(target, { sources, perMinute, queries: [query], ms: 1_000 })
      return { name: `${query.name}, over IPv${family}`, query, family, found }
    })
  })
  return all.sort((a, b) => b.found.worstReply - a.found.worstReply)
}

interface Forging {
  readonly sources: readonly Endpoint[]
  readonly perMinute: number
  readonly queries: readonly Reflected[]
  readonly ms: number
  /** Whether the node has time to send the last checks afterwards. Default true. */
  readonly rests?: boolean
}

function forge({ world, victim }: Target, forging: Forging): Reflection {
  const { sources, ms, rests = true, ...options } = forging
  const meter = new ReflectionMeter(world, victim, sources)
  const attacker = addAttacker(world, reflector({ victim, sources, ...options }))
  world.advance(ms)
  attacker.crash()
  if (rests) world.advance(PAUSE_MS)
  meter.end()
  return meter.take()
}

/** Sources that no query had before. */
function sourcesIn(target: Target, plan: Omit<AddressPlan, 'firstSubnet'>): Endpoint[] {
  const sources = attackEndpoints({ ...plan, firstSubnet: target.subnet })
  target.subnet += plan.subnets
  return sources
}

/** Gives the node much to reply with. */
function fillStore(world: World, victim: Host): { key: Id; item: Id | undefined } {
  const chance = world.chance.branch('reflection')
  const oracle = new Oracle(world)
  const { idLength } = world.protocol
  const key = oracle.anyId(chance, idLength)
  for (let i = 0; i < PEERS + OTHER_KEYS; i++) {
    const target = i < PEERS ? key : oracle.anyId(chance, idLength)
    for (const address of [`140.${i >> 8}.${i & 255}.1`, `2a0e:${(i + 1).toString(16)}::1`]) {
      victim.execute({ kind: 'keep-peer', target, endpoint: endpoint(address, 7_000 + i) })
    }
  }
  if (!world.protocol.methods.names.includes('put')) return { key, item: undefined }
  const { item, target } = largestItem()
  victim.request({ kind: 'put', put: { item, keep: 'at-once' } }, { settled: () => {} })
  world.advance(PAUSE_MS)
  return { key, item: target }
}

/** A signed item with the largest value, for the longest reply. */
function largestItem(): { readonly item: NewItem['item']; readonly target: Id } {
  const secret = new Uint8Array(32).fill(7)
  const k = nobleCrypto.publicKeyOf(secret)
  const v = encodeValue(new Uint8Array(VALUE_BYTES).fill(120))
  const salt = new Uint8Array(0)
  const seq = 1n
  const sig = nobleCrypto.sign(secret, signedBytes({ salt, seq, v }))
  return { item: { v, signed: { k, salt, seq, sig } }, target: idView(nobleCrypto.sha1(k)) }
}
