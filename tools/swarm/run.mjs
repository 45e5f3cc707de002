// Runs small simulated worlds with faults and adversaries for a given time, each with a new seed. A
// world that violates an invariant is reported as the shortest script that still does, with the
// command that repeats it. The last line is `N passed, N failed`.
//
//   npm run swarm                          two minutes, from a random seed on
//   npm run swarm -- --seconds 3600        an hour
//   npm run swarm -- --seed 7 --runs 1     seed 7 only
import { randomInt } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { explainSwarm, runSwarm, swarmScript } from '@dht/sim'

/** Number of failing worlds that are shrunk, which takes a minute each. */
const EXPLAINED = 3
/** Time between two lines of progress, ms. */
const PROGRESS_MS = 20_000

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '120' },
    seed: { type: 'string', default: String(randomInt(2 ** 31)) },
    runs: { type: 'string', default: '1000000' },
  },
})

/** @param {'seconds' | 'seed' | 'runs'} name */
function whole(name) {
  const number = Number(values[name])
  if (Number.isSafeInteger(number) && number >= 0) return number
  throw new Error(`--${name}: expected a whole number, got ${values[name]}`)
}

const [first, runs] = [whole('seed'), whole('runs')]
const beganAt = performance.now()
const endsAt = beganAt + 1_000 * whole('seconds')
let shownAt = beganAt
let events = 0
/** One line for each failing world. @type {string[]} */
const failures = []
let seed = first

console.log(`seeds from ${first} on`)
while (seed < first + runs && (seed === first || performance.now() < endsAt)) {
  const run = runSwarm(swarmScript(seed))
  events += run.events
  const [violation] = run.violations
  if (violation !== undefined) report(seed, violation)
  seed++
  if (performance.now() - shownAt > PROGRESS_MS) {
    shownAt = performance.now()
    console.log(`seeds ${first} to ${seed - 1}: ${events} events, ${failures.length} failed`)
  }
}

/**
 * @param {number} which
 * @param {import('@dht/sim').Violation} violation - its first violation
 */
function report(which, { property, seen }) {
  failures.push(`${property} (${seen}): npm run swarm -- --seed ${which} --runs 1`)
  console.log(`seed ${which} FAILED`)
  if (failures.length > EXPLAINED) return
  for (const line of explainSwarm(which)?.lines ?? []) console.log(line)
}

const minutes = (performance.now() - beganAt) / 60_000
const failed = failures.length
const passed = seed - first - failed
console.log(`seeds ${first} to ${seed - 1}, ${Math.round((seed - first) / minutes)} a minute`)
for (const failure of failures) console.log(failure)
const target = process.env['REPORT_COUNTS']
if (target !== undefined) {
  writeFileSync(target, `${JSON.stringify({ passed, failed, failures })}\n`)
}
process.exitCode = failed > 0 ? 1 : 0
console.log(`${passed} passed, ${failed} failed`)
