// Makes the script of a small world from a seed: its nodes, faults, adversaries and actions. Each
// fault occurs in about half of all worlds or in fewer, so that no fault always hides another
// (swarm testing: Groce et al., 2012). The same seed gives the same script, as long as this file
// does not change.

import { mainline } from '@dht/krpc'
import type { CoreOptions } from '@dht/node/core'
import { ADVERSARIES } from '../adversaries/adversaries.ts'
import { Chance } from '../chance.ts'
import type { Action, Script } from '../script.ts'
import type { Faults } from '../script-faults.ts'

/** What may occur in a world. */
export interface WorldFeatures {
  readonly faults: Faults
  readonly adversaries: readonly number[]
  readonly actions: readonly Kind[]
  readonly longJumps: boolean
  readonly isRestless: boolean
  readonly gateways: boolean
  readonly clocks: boolean
}

type Kind = Action['kind']

const MINUTE_MS = 60_000
/** Actions in every world. */
const ALWAYS: readonly Kind[] = ['enter', 'enter', 'lookup', 'lookup', 'closest', 'delete', 'join']
/** Actions in some worlds. Those of one group occur together. */
const SOMETIMES: readonly (readonly Kind[])[] = [
  ['crash', 'restart'],
  ['close', 'restart'],
  ['suspend', 'resume'],
  ['partition', 'heal'],
  ['network'],
  ['inject'],
]
/** Actions in every world of Mainline, besides the others. */
const OF_MAINLINE: readonly Kind[] = ['put', 'put', 'put', 'get', 'get', 'get']
/** Share of the worlds that have the protocol of Mainline. */
const MAINLINE_WORLDS = 0.25
const MOST_ACTIONS = 30
/** Adversaries that send so much that an hour with them takes too long to simulate. */
const RESTLESS: ReadonlySet<string> = new Set(['flooder', 'garbage', 'spoofer', 'token-thief'])
const KEYS = 4
/** Versions of a mutable item, and the immutable one. */
const MOST_VERSIONS = 5
/** Longer waits, after which something is due: quiet buckets, tokens, rounds, lifetimes; ms. */
const LONG_JUMPS = [6, 11, 17, 46, 61].map((minutes) => minutes * MINUTE_MS)

/** @param mostHosts - maximum number of hosts at the start, at least 2 */
export function swarmScript(seed: number, mostHosts = 30): Script {
  const chance = Chance.of(seed).branch('swarm')
  const isMainline = chance.branch('items').happens(MAINLINE_WORLDS)
  const drawn = featuresOf(chance.branch('ingredients'))
  const features = isMainline ? { ...drawn, actions: [...drawn.actions, ...OF_MAINLINE] } : drawn
  const size = chance.branch('size')
  // Most worlds are small: a failure among many nodes mostly occurs among few nodes too.
  const nodes = 2 + size.below(2 + size.below(Math.max(1, mostHosts - 2)))
  const actions: Action[] = [{ kind: 'network', ...features.faults }]
  const doing = chance.branch('deeds')
  for (const which of features.adversaries) actions.push(adversaryAction(which, doing))
  const count = 8 + doing.below(MOST_ACTIONS - 8)
  for (let i = 0; i < count; i++) {
    actions.push(actionOf(doing.pick(features.actions), features, doing))
    actions.push({ kind: 'advance', ms: span(features, doing) })
  }
  const core = { ...coreOf(chance), ...(isMainline && { network: mainline }) }
  return { seed, nodes: Math.min(nodes, mostHosts), core, actions, shuffle: true }
}

function featuresOf(chance: Chance): WorldFeatures {
  const share = (most: number): number => Math.round(chance.unit() * most * 1_000) / 1_000
  const faults: Faults = {
    ...(chance.happens(0.4) && { loss: share(0.3) }),
    ...(chance.happens(0.4) && { duplication: share(0.3) }),
    ...(chance.happens(0.25) && { corruption: share(0.2) }),
    ...latencyOf(chance.branch('latency')),
    ...(chance.happens(0.1) && { mtu: 600 }),
  }
  const adversaries = chance.happens(0.5)
    ? Array.from({ length: 1 + chance.below(4) }, () => chance.below(ADVERSARIES.length))
    : []
  const isRestless = adversaries.some((which) => RESTLESS.has(ADVERSARIES[which]?.name ?? ''))
  const actions = [...ALWAYS, ...SOMETIMES.filter(() => chance.happens(0.4)).flat()]
  return {
    faults,
    adversaries,
    actions,
    longJumps: chance.happens(0.4) && !isRestless,
    isRestless,
    gateways: chance.happens(0.3),
    clocks: chance.happens(0.3),
  }
}

/** Round trips as unequal as those of the Internet, or much longer, or nearly equal. */
function latencyOf(chance: Chance): Faults {
  if (chance.happens(0.25)) return { mostMs: 40 + chance.below(3_000) }
  return { latency: chance.pick(['pairs', 'pairs', 'datagrams', 'clustered', 'uniform']) }
}

function coreOf(chance: Chance): CoreOptions {
  const drawn = chance.branch('core')
  return {
    k: drawn.pick([1, 2, 3, 4, 8, 8]),
    alpha: drawn.pick([1, 3, 3]),
    ...(drawn.happens(0.5) && { bucketWidths: [] }),
    ...(drawn.happens(0.2) && { maxPeersPerKey: 2 }),
    ...(drawn.happens(0.2) && { contactsPerSubnetInBucket: 1 }),
    ...(drawn.happens(0.1) && { maxOperations: 2 }),
  }
}

function adversaryAction(which: number, chance: Chance): Action {
  const isAimed = chance.happens(0.5)
  return { kind: 'adversary', which, ...(isAimed && { key: chance.below(KEYS) }) }
}

function actionOf(kind: Kind, { faults, gateways, clocks }: WorldFeatures, chance: Chance): Action {
  const host = chance.below(64)
  const key = chance.below(KEYS)
  switch (kind) {
    case 'join':
      return {
        kind,
        through: chance.below(3),
        ...(gateways && { gateway: chance.pick(['firewall', 'full-cone', 'symmetric'] as const) }),
        ...(clocks && {
          driftPpm: chance.between(-10_000, 10_000),
          offsetMs: chance.below(10_000),
        }),
      }
    case 'restart':
      return { kind, host, remembers: chance.happens(0.7) }
    case 'enter':
      return { kind, host, key, port: chance.between(1, 3) }
    case 'lookup':
      return { kind, host, key, mode: chance.pick(['quick', 'quick', 'all', 'first']) }
    case 'delete':
    case 'closest':
      return { kind, host, key }
    case 'put':
      return { kind, host, key, seq: chance.below(MOST_VERSIONS) }
    case 'get':
      return { kind, host, key, isMutable: chance.happens(0.7) }
    case 'partition':
      return { kind, modulus: chance.between(2, 4) }
    case 'network':
      return { kind, ...faults, loss: chance.happens(0.5) ? 0 : chance.unit() / 2 }
    case 'inject':
      return { kind, host, bytes: [...chance.bytes(chance.below(100))] }
    case 'crash':
    case 'close':
    case 'suspend':
    case 'resume':
      return { kind, host }
    default:
      return { kind: 'heal' }
  }
}

function span({ longJumps, isRestless }: WorldFeatures, chance: Chance): number {
  if (isRestless) return chance.below(chance.happens(0.2) ? 8_000 : 1_500)
  if (longJumps && chance.happens(0.15)) return chance.pick(LONG_JUMPS) + chance.between(-1, 1)
  return chance.happens(0.3) ? chance.below(90_000) : chance.below(3_000)
}
