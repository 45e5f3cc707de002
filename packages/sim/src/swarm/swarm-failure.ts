// A failing world told to a person: as few actions as still fail, the last of what happened, and the
// one command that does it again.

import { type Script, simplerActions } from '../script.ts'
import { shrink } from '../shrink.ts'
import { Transcript } from '../transcript.ts'
import { runSwarm, type SwarmRun } from './swarm-run.ts'
import { swarmScript } from './swarm-script.ts'

export interface SwarmFailure {
  readonly seed: number
  /** Still violates the property that the whole violated first. */
  readonly script: Script
  readonly run: SwarmRun
  /** For a person to read. */
  readonly lines: readonly string[]
}

export interface SwarmFailureOptions {
  /** Most hosts that the seed's world began with. Default 30. */
  readonly mostHosts?: number
  /** Most shorter scripts tried. Default 150: ours, a minute or two. */
  readonly mostTries?: number
  /** Lines of the transcript kept. Default 40. */
  readonly keep?: number
}

/** @returns undefined when the seed does not fail */
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
      // The transcript ends where the first violation is, as far as checkers notice at once.
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
