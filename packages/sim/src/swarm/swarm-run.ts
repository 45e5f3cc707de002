// One small world from beginning to end with all checkers in it; then its faults end, and where there
// are neither adversaries nor gateways it must come to rest, and lookups must be exact (SIM-K1, K2).

import { CORE_DEFAULTS } from '@dht/node/core'
import { Chance } from '../chance.ts'
import { SimError } from '../errors.ts'
import { allInvariants } from '../invariants/all-invariants.ts'
import type { Violation } from '../invariants/checker.ts'
import { exactnessViolations } from '../invariants/exactness.ts'
import { InvariantChecker } from '../invariants/invariant-checker.ts'
import { quiesce, rest } from '../invariants/rest.ts'
import { pairLatency } from '../network/latency/pair-latency.ts'
import { type Script, ScriptRun } from '../script.ts'
import type { World } from '../world.ts'

export interface SwarmRun {
  readonly violations: readonly Violation[]
  readonly events: number
  /** Steps of honest cores that were judged. */
  readonly steps: number
  readonly virtualMs: number
  readonly traceHash: string
}

export interface SwarmRunOptions {
  /** Has the world before anything happens: for transcripts. */
  readonly prepare?: (world: World) => void
  /** Share of replies that are replayed to a twin. Default 0.003. */
  readonly isolationShare?: number
}

/** Until a network of a few is at rest, ms: a join's longest wait, with room. */
const LONGEST_UNREST_MS = 15 * 60_000
/** Time after the last fault, ms: most lookups and rounds under way have their end in it. */
const AFTER_FAULTS_MS = 20_000
/**
 * And how far apart hosts are then: as unequal as ever, but no round trip is longer than a node
 * waits for whoever it doesn't know, so that nothing may be missed.
 */
const LATENCY_AFTER_FAULTS = pairLatency()
/** Of worlds that could be, one of so many is held to the exact truth: it takes long. */
const EXACT_ONE_OF = 4

/** @returns what was found; nothing is thrown that a process threw: it is a violation of SIM-S1 */
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
    endFaults(run)
    const k = script.core?.k ?? CORE_DEFAULTS.k
    // With k of 1 the nearest may be the publisher, who keeps no copy; a reply names one contact,
    // which may be the asker; and a table counts as complete whose own bucket has one of several
    // nodes that live there. So exactness is judged of wider tables only.
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

/** Whether nobody in it is an adversary, and everybody can be reached. */
function isHonestOnly({ actions }: Script): boolean {
  return actions.every((action) => {
    return action.kind !== 'adversary' && (action.kind !== 'join' || action.gateway === undefined)
  })
}

/** Every fault ends, and what was open has time to end. */
function endFaults(run: ScriptRun): void {
  const { world } = run
  run.heal()
  world.network.set({
    latency: LATENCY_AFTER_FAULTS,
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
