// Lives small simulated worlds with faults and adversaries, as many as fit into the time given, each of
// a fresh seed. A world that violates anything is told as the shortest script that still does, with
// the one command that lives it again. Ends with `N passed, N failed`.
//
//   npm run swarm                          two minutes, seeds from a fresh one on
//   npm run swarm -- --seconds 3600
//   npm run swarm -- --seed 7 --runs 1     this one
import { randomInt } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { explainSwarm, runSwarm, swarmScript } from '@dht/sim'

/** Failing worlds that are shrunk: it takes a minute each. */
const EXPLAINED = 3
/** Time between two lines of progress, ms. */
const NEWS_MS = 20_000

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
let toldAt = beganAt
let events = 0
/** What failed, a line each. @type {string[]} */
const failures = []
let seed = first

console.log(`seeds from ${first} on`)
while (seed < first + runs && (seed === first || performance.now() < endsAt)) {
  const run = runSwarm(swarmScript(seed))
  events += run.events
  const [violation] = run.violations
  if (violation !== undefined) tell(seed, violation)
  seed++
  if (performance.now() - toldAt > NEWS_MS) {
    toldAt = performance.now()
    console.log(`seeds ${first} to ${seed - 1}: ${events} events, ${failures.length} failed`)
  }
}

/**
 * @param {number} which
 * @param {import('@dht/sim').Violation} violation - the first of them
 */
function tell(which, { property, seen }) {
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
