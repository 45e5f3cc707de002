// Runs the models of all packages, `packages/*/test/model`, for as long as is asked: scripts of
// commands beside a plain model, and every state of tiny worlds. Prints for each file how often each
// case arose and the floor that it has to reach; for what failed, the line that replays it.
//
//   npm run models                        as in `npm test`
//   npm run models -- --runs 5000 --seed 7 --states 100000
//   npm run models -- --only RT-15        tests that name it; or files of that name: --only krpc
import { spawn } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

/** @typedef {{ readonly failed: boolean, readonly output: string }} Ended */
/** @typedef {{ readonly model: string, readonly counts: Readonly<Record<string, number>>,
 *   readonly floors: Readonly<Record<string, number>> }} Report */

const root = fileURLToPath(new URL('../..', import.meta.url))
const reports = join(root, 'reports/models')
const PROGRESS_MS = 15_000

/** Which files, and which tests in them. @param {string | undefined} only */
function choose(only) {
  const all = readdirSync(join(root, 'packages'))
    .flatMap((name) => filesIn(`packages/${name}/test/model`))
    .filter((path) => path.endsWith('.test.ts'))
  if (only === undefined) return { files: all, titles: [] }
  if (/^[A-Z]+-\d+$/.test(only)) {
    const files = all.filter((path) => readFileSync(join(root, path), 'utf8').includes(only))
    return { files, titles: ['-t', `${only}(?!\\d)`] }
  }
  return { files: all.filter((path) => path.includes(only)), titles: [] }
}

/** @param {string} folder @returns {string[]} */
function filesIn(folder) {
  try {
    return readdirSync(join(root, folder)).map((name) => `${folder}/${name}`)
  } catch {
    return []
  }
}

/**
 * @param {readonly string[]} args
 * @param {Readonly<Record<string, string>>} env
 * @returns {Promise<Ended>}
 */
function vitest(args, env) {
  const program = join(root, 'node_modules/vitest/vitest.mjs')
  const child = spawn(process.execPath, [program, 'run', '--testTimeout=0', ...args], {
    cwd: root,
    env: { ...process.env, ...env, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  child.stdout.on('data', (text) => (output += text))
  child.stderr.on('data', (text) => (output += text))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ failed: code !== 0, output }))
  })
}

/** Runs one file, and says that it still does. @returns {Promise<Ended & { seconds: number }>} */
async function runFile(
  /** @type {readonly string[]} */ args,
  /** @type {Readonly<Record<string, string>>} */ env,
) {
  const startedAt = performance.now()
  const seconds = () => Math.round((performance.now() - startedAt) / 100) / 10
  const progress = setInterval(() => console.log(`  … ${seconds()} s`), PROGRESS_MS)
  try {
    return { ...(await vitest(args, env)), seconds: seconds() }
  } finally {
    clearInterval(progress)
  }
}

/** Takes what a file left behind. @returns {Report[]} */
function takeReports() {
  return readdirSync(reports)
    .filter((name) => name.endsWith('.json'))
    .map((name) => JSON.parse(readFileSync(join(reports, name), 'utf8')))
}

/** @param {Report} report */
function print({ model, counts, floors }) {
  const cases = Object.entries(counts).map(([name, count]) => {
    const floor = floors[name] ?? 0
    return `${name} ${count}${floor > count ? `, BELOW ITS FLOOR OF ${floor}` : `/${floor}`}`
  })
  console.log(`  ${model}: ${cases.join(' · ')}`)
}

/** The line that replays a failure, from what fast-check printed of it. @param {string} output */
function replayOf(output) {
  const [, seed, path] = /seed: (-?\d+), path: "([^"]+)"/.exec(output) ?? []
  if (seed === undefined) return undefined
  const [, replay] = /replayPath="([^"]+)"/.exec(output) ?? []
  const script = replay === undefined ? '' : ` FC_REPLAY='${replay}'`
  return `FC_SEED=${seed} FC_PATH='${path}'${script} npx vitest run`
}

const { values } = parseArgs({
  options: {
    runs: { type: 'string' },
    seed: { type: 'string' },
    states: { type: 'string' },
    only: { type: 'string' },
  },
})
const env = {
  ...(values.runs !== undefined && { FC_RUNS: values.runs }),
  ...(values.seed !== undefined && { FC_SEED: values.seed }),
  ...(values.states !== undefined && { EXPLORE_STATES: values.states }),
}
const { files, titles } = choose(values.only)
if (files.length === 0) throw new Error(`--only: expected part of a name, got ${values.only}`)
let failures = 0
for (const [at, file] of files.entries()) {
  rmSync(reports, { recursive: true, force: true })
  mkdirSync(reports, { recursive: true })
  console.log(`${at + 1}/${files.length} ${file}`)
  const { failed, output, seconds } = await runFile([file, ...titles], env)
  for (const report of takeReports()) print(report)
  for (const [line] of output.matchAll(/^.*: \d+ states, .*$/gm)) console.log(`  ${line}`)
  console.log(`  ${failed ? 'FAILED' : 'passed'} (${seconds} s)`)
  if (!failed) continue
  failures++
  console.log(output)
  const replay = replayOf(output)
  if (replay !== undefined) console.log(`  replay: ${replay} ${file}`)
}
console.log(`${files.length - failures} passed, ${failures} failed`)
process.exitCode = failures > 0 ? 1 : 0
