// Explains a failing world to people: the shortest script that still fails, the last events before
// the failure, and the command that repeats it.

import { type Script, simplerActions } from '../script.ts'
import { shrink } from '../shrink.ts'
import { Transcript } from '../transcript.ts'
import { runSwarm, type SwarmRun } from './swarm-run.ts'
import { swarmScript } from './swarm-script.ts'

export interface SwarmFailure {
  readonly seed: number
  /** Violates the same property as the first violation of the whole script. */
  readonly script: Script
  readonly run: SwarmRun
  /** Lines to print. */
  readonly lines: readonly string[]
}

export interface SwarmFailureOptions {
  /** Maximum number of hosts at the start, as given to `swarmScript`. Default 30. */
  readonly mostHosts?: number
  /** Maximum number of shorter scripts tried. Default 150. Our choice: it takes a minute or two. */
  readonly mostTries?: number
  /** Lines of the transcript kept. Default 40. */
  readonly keep?: number
}

/** @returns undefined if the seed does not fail */
export function explainSwarm(
  seed: number,
  options: SwarmFailureOptions = {},
): SwarmFailure | undefined {
  const { mostHosts, mostTries = 150, keep = 40 } = options
  const whole = swarmScript(seed, mostHosts)
  const property = runSwarm(whole).violations[0]?.property
  if (property === undefined) return undefined
  const script = smallest(whole, property, mostTries)
  const told: Transcript[] = []
  const run = runSwarm(script, {
    prepare: (world) => {
      // The transcript ends soon after the first violation, if a checker saw it at once.
      told.push(new Transcript(world, { keep }))
    },
  })
  const lines = [
    `seed ${seed} violates ${property}; ${script.nodes} hosts, ${script.actions.length} actions:`,
    ...script.actions.map((action) => `  ${JSON.stringify(action)}`),
    ...run.violations.slice(0, 5).map(({ property: name, at, host, seen }) => {
      return `  ${name} at ${at} ms${host === undefined ? '' : `, h${host}`}: ${seen}`
    }),
    ...(told[0]?.lines ?? []).map((line) => `  ${line}`),
    `again: npm run swarm -- --seed ${seed} --runs 1`,
  ]
  return { seed, script, run, lines }
}

function smallest(whole: Script, property: string, mostTries: number): Script {
  const fails = (script: Script): boolean => {
    return runSwarm(script).violations.some((violation) => violation.property === property)
  }
  let script = whole
  for (let nodes = 1; nodes < whole.nodes; nodes *= 2) {
    if (!fails({ ...whole, nodes })) continue
    script = { ...whole, nodes }
    break
  }
  const { nodes } = script
  const actions = shrink(script.actions, {
    fails: (shorter) => fails({ ...script, nodes, actions: shorter }),
    simpler: simplerActions,
    mostTries,
  })
  return { ...script, actions }
}
