// Scenario `swarm`: many small worlds with consecutive seeds, each with some of the faults and
// adversaries, and with all invariants checked. A failing seed is reported as the shortest script
// that still fails.

import type { Violation } from '../invariants/checker.ts'
import { ViolationLog } from '../invariants/violation-log.ts'
import type { Report } from '../reports/report.ts'
import { Sample } from '../reports/sample.ts'
import { explainSwarm } from '../swarm/swarm-failure.ts'
import { runSwarm } from '../swarm/swarm-run.ts'
import { swarmScript } from '../swarm/swarm-script.ts'
import { TraceHash } from '../trace-hash.ts'
import { World } from '../world.ts'
import {
  NO_PROGRESS,
  type Scenario,
  type ScenarioObservers,
  type ScenarioSettings,
} from './scenario.ts'
import { resolveSettings } from './settings.ts'

/** Number of failing seeds that are explained. Further ones are only counted. */
const EXPLAINED = 3
/** Events. */
const BIN = 1_000

export const swarm: Scenario = Object.freeze<Scenario>({
  name: 'swarm',
  summary: 'many small worlds with random faults and adversaries, all invariants checked',
  defaults: { nodes: 30, hours: 0, seed: 1, extras: { runs: 40 } },
  leastNodes: 2,
  extraHelp: { runs: 'worlds, with seeds from --seed on' },
  run(given, observers) {
    const settings = resolveSettings(swarm, given)
    return reportOn(settings, observers)
  },
})

function reportOn(
  settings: ScenarioSettings,
  { progress = NO_PROGRESS, prepare = () => {} }: ScenarioObservers = {},
): Report {
  const { nodes, seed, hours, encoded = true, extras } = settings
  const runs = extras['runs'] ?? 0
  const first = typeof seed === 'number' ? seed : 0
  const found = { log: new ViolationLog(), failing: [] as number[], trace: new TraceHash() }
  const sum = { events: 0, steps: 0, virtualMs: 0 }
  const sizes: number[] = []
  const worlds = new World()
  for (let i = 0; i < runs; i++) {
    progress.update(i / runs, `seed ${first + i}`, worlds)
    const run = runSwarm({ ...swarmScript(first + i, nodes), encoded }, { prepare })
    sum.events += run.events
    sizes.push(run.events)
    sum.steps += run.steps
    sum.virtualMs += run.virtualMs
    found.trace.addHash(run.traceHash)
    if (run.violations.length > 0) found.failing.push(first + i)
    for (const violation of run.violations) found.log.add(inSeed(violation, first + i))
  }
  progress.update(1, 'done', worlds)
  const { failing, log, trace } = found
  return {
    scenario: swarm.name,
    summary: swarm.summary,
    nodes,
    hours,
    seed,
    encoded,
    extras,
    passed: failing.length === 0,
    figures: [
      { name: 'worlds', value: runs, unit: 'worlds', atLeast: 1 },
      {
        name: 'worlds with a violation',
        value: failing.length,
        unit: 'worlds',
        atMost: 0,
      },
      { name: 'steps checked', value: sum.steps, unit: 'steps' },
    ],
    plots: [
      {
        kind: 'bars',
        name: 'Events per world',
        unit: 'events',
        binWidth: BIN,
        sets: [{ name: 'worlds', counts: new Sample(sizes).counts(BIN) }],
      },
    ],
    violations: log.violations,
    notes: [
      `Seeds ${first} to ${first + runs - 1}.`,
      ...failing.slice(0, EXPLAINED).flatMap((each) => {
        return explainSwarm(each, { mostHosts: nodes })?.lines ?? []
      }),
    ],
    traceHash: trace.value,
    events: sum.events,
    virtualMs: sum.virtualMs,
  }
}

function inSeed(violation: Violation, seed: number): Violation {
  return { ...violation, seen: `seed ${seed}: ${violation.seen}` }
}
