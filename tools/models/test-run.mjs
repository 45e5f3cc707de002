// One run of vitest over some files. Returns what each test did, from the journal that the tests
// keep (tools/testing/src/journal.ts), and what failed.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { entriesOf, linesOf } from './journal.mjs'

/** @typedef {import('@dht/testing/journal').Entry} Entry */
/** @typedef {{ readonly file: string, readonly title: string, readonly message: string }} Failure */
/** @typedef {{ readonly entries: readonly Entry[], readonly failures: readonly Failure[] }} Outcome */

/**
 * @typedef {object} Wanted
 * @property {readonly string[]} files
 * @property {string} [titles] - an expression that the full titles of tests have to match
 * @property {Readonly<Record<string, string>>} env - seed and budgets
 */

export const root = fileURLToPath(new URL('../..', import.meta.url))
const TELL_MS = 500

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set()
process.once('SIGTERM', () => {
  for (const child of running) child.kill()
  process.exit(1)
})

/**
 * @param {Wanted} wanted
 * @param {(commands: number) => void} onProgress - told how many commands were executed so far
 * @returns {Promise<Outcome>}
 */
export async function runTests({ files, titles, env }, onProgress) {
  const folder = mkdtempSync(join(tmpdir(), 'models-'))
  const journal = join(folder, 'journal.jsonl')
  const report = join(folder, 'report.json')
  const watching = setInterval(() => onProgress(commandsIn(linesOf(journal))), TELL_MS)
  const args = [...files, ...(titles === undefined ? [] : ['-t', titles])]
  args.push('--testTimeout=0', '--reporter=json', `--outputFile=${report}`)
  try {
    const output = await vitest(args, { ...env, MODELS_JOURNAL: journal })
    return { entries: entriesOf(journal), failures: failuresIn(report, output) }
  } finally {
    clearInterval(watching)
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * @param {readonly string[]} args
 * @param {Readonly<Record<string, string>>} env
 * @returns {Promise<string>} what it printed
 */
function vitest(args, env) {
  const program = join(root, 'node_modules/vitest/vitest.mjs')
  const child = spawn(process.execPath, [program, 'run', ...args], {
    cwd: root,
    env: { ...process.env, ...env, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  child.stdout.on('data', (text) => (output += text))
  child.stderr.on('data', (text) => (output += text))
  running.add(child)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', () => {
      running.delete(child)
      resolve(output)
    })
  })
}

/** @param {readonly { commands?: number, commandsSoFar?: number }[]} lines */
function commandsIn(lines) {
  let ended = 0
  let running = 0
  for (const { commands, commandsSoFar = 0 } of lines) {
    running += commandsSoFar
    if (commands === undefined) continue
    ended += commands
    running = 0
  }
  return ended + running
}

/** @param {string} report @param {string} output @returns {Failure[]} */
function failuresIn(report, output) {
  if (!existsSync(report)) return [{ file: '', title: '', message: output }]
  /** @type {Failure[]} */
  const failures = []
  for (const { name, status, message, assertionResults } of JSON.parse(readFileSync(report, 'utf8'))
    .testResults) {
    const file = name.slice(root.length)
    if (status === 'failed' && assertionResults.length === 0) {
      failures.push({ file, title: '', message })
    }
    for (const { fullName, status: verdict, failureMessages } of assertionResults) {
      if (verdict !== 'failed') continue
      failures.push({ file, title: fullName, message: withoutStack(failureMessages) })
    }
  }
  return failures
}

/** @param {readonly string[]} messages */
function withoutStack(messages) {
  const lines = messages.join('\n').split('\n')
  return lines.filter((line) => !/^\s+at /.test(line)).join('\n')
}
