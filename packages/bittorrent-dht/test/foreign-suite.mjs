// Runs the tests of npm's bittorrent-dht on this package, each in a process of its own. They are
// not part of this repository:
//
//   git clone https://github.com/webtorrent/bittorrent-dht somewhere && cd somewhere && npm install
//   FOREIGN_SUITE=somewhere node packages/bittorrent-dht/test/foreign-suite.mjs [file ...]
//
// Build the packages first. With FOREIGN_OWN=1 the tests run on the package that they belong to.
// Some tests add nodes with random addresses, so run it where no such node can be reached:
// `unshare -rn sh -c 'ip link set lo up; node …'`.
// Prints why each test fails that does, and how many passed and failed.
import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

/** Longest run of one test, ms. */
const PATIENCE_MS = 30_000

const suite = resolve(process.env['FOREIGN_SUITE'] ?? '.')
const isOwn = process.env['FOREIGN_OWN'] === '1'
const ours = new URL('../dist/index.js', import.meta.url).href
const theirs = pathToFileURL(join(suite, 'index.js')).href
const tape = pathToFileURL(join(suite, 'node_modules/tape/index.js')).href

/** A test runner in place of tape, which runs the one test of a file that the environment names. */
const oneTest = `
  import tape from '${tape}'
  let count = 0
  const wanted = process.env.FOREIGN_TEST
  export default (name, ...rest) => {
    if (wanted === undefined) console.log('@ ' + name)
    else if (count++ === Number(wanted)) tape(name, ...rest)
  }
`
const replacements = { [tape]: asModule(oneTest), ...(!isOwn && { [theirs]: ours }) }
const resolver = `
  const replacements = ${JSON.stringify(replacements)}
  export async function resolve(specifier, context, next) {
    const found = await next(specifier, context)
    const isOfTest = context.parentURL?.includes('/test/') === true
    return isOfTest ? { ...found, url: replacements[found.url] ?? found.url, ...formatOf(found) } : found
  }
  function formatOf({ url }) {
    return replacements[url] === undefined ? {} : { format: 'module' }
  }
`
const hook = `
  import { register } from 'node:module'
  register(${JSON.stringify(asModule(resolver))})
`

/** @param {string} text */
function asModule(text) {
  return `data:text/javascript,${encodeURIComponent(text)}`
}

/** @returns {Promise<string>} what the file printed, in the Test Anything Protocol */
function run(/** @type {string} */ file, /** @type {number | undefined} */ test) {
  return new Promise((settled) => {
    const env = { ...process.env, ...(test !== undefined && { FOREIGN_TEST: `${test}` }) }
    const args = ['--import', asModule(hook), join('test', file)]
    const child = spawn(process.execPath, args, { cwd: suite, env })
    let printed = ''
    const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS)
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        printed += chunk
      })
    }
    child.on('close', () => {
      clearTimeout(timer)
      settled(printed)
    })
  })
}

/** @returns {string | undefined} why the test has failed */
function failureOf(/** @type {string} */ printed) {
  const lines = printed.split('\n')
  const broken = lines.find((line) => /^not ok|^\w*Error: /.test(line))
  if (broken !== undefined) return broken
  return lines.some((line) => /^1\.\.\d+$/.test(line)) ? undefined : 'it does not end'
}

const wanted = process.argv.slice(2)
const files = readdirSync(join(suite, 'test'))
  .filter((file) => file.endsWith('.js') && file !== 'common.js')
  .filter((file) => wanted.length === 0 || wanted.includes(file))
let [passed, failed] = [0, 0]
for (const file of files) {
  const names = [...(await run(file, undefined)).matchAll(/^@ (.*)$/gm)].map(([, name]) => name)
  for (const [test, name] of names.entries()) {
    const failure = failureOf(await run(file, test))
    if (failure === undefined) passed++
    else {
      failed++
      process.stdout.write(`${file}: ${name}\n  ${failure}\n`)
    }
  }
}
process.stdout.write(`${passed} passed, ${failed} failed\n`)
