// Runs one small world with all invariants checked. Afterwards its faults end. A world without
// adversaries and gateways must then come to rest, and its lookups must be exact (SIM-K1, K2).

import { CORE_DEFAULTS } from '@dht/node/core'
import { Chance } from '../chance.ts'
import { SimError } from '../errors.ts'
import { allInvariants } from '../invariants/all-invariants.ts'
import type { Violation } from '../invariants/checker.ts'
import { exactnessViolations } from '../invariants/exactness.ts'
import { InvariantChecker } from '../invariants/invariant-checker.ts'
import { quiesce, rest } from '../invariants/rest.ts'
import type { Latency } from '../network/latency/latency.ts'
import { datagramLatency, pairLatency } from '../network/latency/pair-latency.ts'
import { type Script, ScriptRun } from '../script.ts'
import type { World } from '../world.ts'

export interface SwarmRun {
  readonly violations: readonly Violation[]
  readonly events: number
  /** Number of steps of honest cores that were checked. */
  readonly steps: number
  readonly virtualMs: number
  readonly traceHash: string
}

export interface SwarmRunOptions {
  /** Called with the world before anything happens, to add a transcript. */
  readonly prepare?: (world: World) => void
  /** Share of replies that are replayed to a second core. Default 0.003. */
  readonly isolationShare?: number
}

/** Longest time until a small network is at rest, ms: a join's longest wait, with a margin. */
const LONGEST_UNREST_MS = 15 * 60_000
/** Time after the last fault, ms. Most lookups and rounds under way end within it. */
const AFTER_FAULTS_MS = 20_000
/**
 * Latencies after the faults. They are as unequal as before, but no round trip is longer than a
 * node waits for a contact that it has not measured. So no response is too late. Where each packet
 * has its own round trip, responses are often later than those before.
 */
const LATENCIES_AFTER_FAULTS = [pairLatency(), datagramLatency()] as const
/** Exactness is checked in one world of this many, because it takes long. */
const EXACT_ONE_OF = 4

/**
 * Runs a script. If a process throws, that is a violation of SIM-S1, and nothing is thrown here.
 */
export function runSwarm(script: Script, options: SwarmRunOptions = {}): SwarmRun {
  const chance = Chance.of(script.seed).branch('judges')
  const invariants = allInvariants(chance.branch('isolation'), options.isolationShare)
  const isPlain = isHonestOnly(script)
  const checker = new InvariantChecker({
    name: 'swarm',
    invariants: isPlain ? [...invariants, rest()] : invariants,
  })
  const late: Violation[] = []
  let world: World | undefined
  try {
    const run = new ScriptRun(script, (made) => {
      world = made
      made.watch((event) => checker.afterEvent(made, event))
      options.prepare?.(made)
    })
    endFaults(run, chance.branch('latency').pick(LATENCIES_AFTER_FAULTS))
    const k = script.core?.k ?? CORE_DEFAULTS.k
    // With k of 1 lookups need not be exact. The nearest node may be the publisher, which keeps no
    // copy. A reply names one contact, which may be the asker. And a table counts as complete if
    // its own bucket has one of several nodes that live there.
    if (isPlain && k > 1 && chance.branch('exact').below(EXACT_ONE_OF) === 0) {
      late.push(...exactnessViolations(run.world, k, run.world.chance.branch('exactness')))
    }
    if (isPlain) quiesce(run.world, LONGEST_UNREST_MS)
    checker.atEnd(run.world)
  } catch (error) {
    late.push(thrownViolation(error, world))
  }
  return {
    violations: [...checker.violations, ...late],
    events: world?.events ?? 0,
    steps: checker.steps,
    virtualMs: world?.now ?? 0,
    traceHash: world?.traceHash ?? '',
  }
}

/** Whether a script has no adversary and no gateway. */
function isHonestOnly({ actions }: Script): boolean {
  return actions.every((action) => {
    return action.kind !== 'adversary' && (action.kind !== 'join' || action.gateway === undefined)
  })
}

/** Ends all faults, and waits until most of what was open has ended. */
function endFaults(run: ScriptRun, latency: Latency): void {
  const { world } = run
  run.heal()
  world.network.set({
    latency,
    loss: 0,
    duplication: 0,
    corruption: 0,
    mtu: 1_472,
  })
  for (const host of world.hosts) if (host.state === 'suspended') host.resume()
  world.advance(AFTER_FAULTS_MS)
}

function thrownViolation(error: unknown, world: World | undefined): Violation {
  const cause = SimError.is(error) && error.cause !== undefined ? error.cause : error
  const seen = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)
  return { property: 'SIM-S1', at: world?.now ?? 0, host: undefined, seen: `thrown: ${seen}` }
}
