// Runs the models and properties of all packages with the given budget. Prints how often each case
// arose, and for each failure the command that replays it. Keeps a record of the runs
// (reports/models.jsonl) and makes the report from it (reports/models.md).
//
//   npm run models                              as in `npm test`
//   npm run models -- --runs 5000 --seed 7 --states 100000
//   npm run models -- --commands 1000000        that many commands for each file of models
//   npm run models -- --only RT-15              tests that name it; or files: --only krpc
//   npm run models -- --jobs 2                  two files at a time
//   npm run models -- --dry                     keeps no record
//   npm run models -- --page                    only the report, from the record as it is
//   npm run models -- --journal <file>          runs nothing: makes the record from the
//                                               journal that `npm test` leaves
import { parseArgs } from 'node:util'
import { choose } from './choice.mjs'
import { sumsOf } from './journal.mjs'
import { readCatalogues, renewPage, unknownCases } from './page.mjs'
import { grouped, Progress } from './progress.mjs'
import { readRecord, withTests, writeRecord } from './record.mjs'
import { replayOf } from './replay.mjs'
import { live } from './rounds.mjs'

/** @typedef {import('./choice.mjs').Part} Part */
/** @typedef {import('./rounds.mjs').Lived} Lived */
/** @typedef {import('./rounds.mjs').Sum} Sum */

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '100' },
    seed: { type: 'string', default: '20261122' },
    commands: { type: 'string', default: '0' },
    states: { type: 'string' },
    only: { type: 'string' },
    jobs: { type: 'string', default: '1' },
    dry: { type: 'boolean', default: false },
    page: { type: 'boolean', default: false },
    journal: { type: 'string' },
  },
})

/** @param {'runs' | 'seed' | 'commands' | 'jobs'} name */
function whole(name) {
  const number = Number(values[name])
  if (Number.isSafeInteger(number)) return number
  throw new Error(`--${name}: expected a whole number, got ${values[name]}`)
}

/** Runs as many parts at a time as there are jobs. @param {readonly Part[]} parts */
async function runAll(parts) {
  const { states } = values
  const budget = { runs: whole('runs'), seed: whole('seed'), commands: whole('commands'), states }
  const progress = new Progress(parts.length)
  const due = [...parts]
  let failures = 0
  const work = async () => {
    for (let part = due.shift(); part !== undefined; part = due.shift()) {
      const { name } = part
      progress.begin(name)
      const startedAt = performance.now()
      const lived = await live(part, budget, (state) => progress.show(name, state))
      progress.end(name)
      console.log(`${parts.indexOf(part) + 1}/${parts.length} ${name}`)
      report(lived, (performance.now() - startedAt) / 1_000)
      failures += lived.faults.length
      if (!values.dry) keep(part, lived)
    }
  }
  await Promise.all(Array.from({ length: whole('jobs') }, work))
  return failures
}

/** @param {Lived} lived @param {number} seconds */
function report({ sums, faults }, seconds) {
  for (const { counted, commands, runs, rounds, seen } of sums) {
    for (const each of counted) printCases(each)
    if (commands > 0) {
      const much = `${grouped(commands)} commands in ${grouped(runs)} scripts`
      console.log(`  ${much}, ${rounds} ${rounds === 1 ? 'round' : 'rounds'}`)
    }
    for (const { name, states, moves, depth, isComplete } of seen) {
      const extent = isComplete ? 'complete' : 'stopped at its budget'
      console.log(
        `  ${name}: ${grouped(states)} states, ${grouped(moves)} moves, ${depth} deep, ${extent}`,
      )
    }
  }
  const runs = sums.reduce((sum, each) => sum + each.runs, 0)
  const verdict = faults.length > 0 ? `${faults.length} FAILED` : 'passed'
  console.log(`  ${sums.length} tests, ${grouped(runs)} runs: ${verdict} (${seconds.toFixed(1)} s)`)
  for (const fault of faults) {
    console.log(`\n  FAILED ${fault.file} ${fault.title}\n${fault.message}\n`)
    console.log(`  replay: ${replayOf(fault)}\n`)
  }
}

/** @param {import('@dht/testing/journal').Counted} counted */
function printCases({ model, counts, floors }) {
  const cases = Object.entries(counts).map(([name, count]) => {
    const floor = floors[name] ?? 0
    return `${name} ${count}${floor > count ? `, BELOW ITS FLOOR OF ${floor}` : `/${floor}`}`
  })
  console.log(`  ${model}: ${cases.join(' · ')}`)
}

/** Keeps the record of a part, without the tests that failed. @param {Part} part */
function keep({ files, titles }, /** @type {Lived} */ { sums, faults }) {
  const isWhole = titles === undefined && faults.length === 0
  const failed = new Set(faults.map(({ file, title }) => `${file} ${title}`))
  const sound = sums.filter(({ file, title }) => !failed.has(`${file} ${title}`))
  writeRecord(withTests(readRecord(), sound, { files, isWhole }))
}

/** Keeps the record of a run of all tests. @param {string} journal */
function recordJournal(journal) {
  const tests = sumsOf(journal, whole('seed'))
  const files = [...new Set(tests.map(({ file }) => file))]
  const record = withTests(readRecord(), tests, { files, isWhole: true })
  writeRecord(record)
  const unknown = unknownCases(readCatalogues(), record)
  for (const each of unknown) console.log(`the catalogue names a case that nothing counts: ${each}`)
  process.exitCode = unknown.length > 0 ? 1 : 0
}

async function runAndKeep() {
  const parts = choose(values.only)
  if (parts.length === 0)
    throw new Error(`--only: expected an id or part of a path, got ${values.only}`)
  const failures = await runAll(parts)
  console.log(failures === 0 ? 'all passed' : `${failures} FAILED`)
  process.exitCode = failures > 0 ? 1 : 0
}

if (values.journal !== undefined) recordJournal(values.journal)
else if (!values.page) await runAndKeep()
if (!values.dry) renewPage()
