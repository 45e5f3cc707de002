// Checks the packages as users get them. Packs each public package, looks at what is inside, runs
// publint and attw, and uses the tarballs from JavaScript and TypeScript in empty projects. Each
// package is also installed alone, with only its dependencies. The examples of the READMEs are
// pasted into an empty project and run; with `--runtimes` also on later versions of Node, Deno and
// Bun. Ends with `N passed, N failed`.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { commandOf, RUNTIME_NAMES } from '../checks/runtimes.mjs'
import { announcedBy, exampleUnder, README_EXAMPLES } from '../testing/src/readme-text.mjs'
import { oneContactSearch, useAll } from './consumers.mjs'
import { packAll, root } from './pack.mjs'

/** @typedef {import('./pack.mjs').Packed} Packed */

const binaries = ['node_modules/.bin', 'tools/pack-check/node_modules/.bin'].map((folder) =>
  join(root, folder),
)
const work = mkdtempSync(join(tmpdir(), 'pack-check-'))
let passed = 0
/** @type {string[]} */
const failures = []

/** Runs a program to its end. Throws with its output when it fails. @returns {string} */
function exec(
  /** @type {string} */ cwd,
  /** @type {string} */ program,
  /** @type {string[]} */ ...args
) {
  const path = [...binaries, process.env['PATH']].join(delimiter)
  try {
    return execFileSync(program, args, {
      cwd,
      encoding: 'utf8',
      stdio: 'pipe',
      env: { ...process.env, PATH: path, TURBO_TELEMETRY_DISABLED: '1', DENO_NO_UPDATE_CHECK: '1' },
    })
  } catch (error) {
    const { stdout = '', stderr = '' } = /** @type {{ stdout?: string, stderr?: string }} */ (error)
    throw new Error(`${program} ${args.join(' ')}\n${stdout}${stderr}`)
  }
}

/**
 * One check: passes when `action` returns, and returns the same value.
 * @template T
 * @param {string} name
 * @param {() => T} action
 * @returns {T | undefined}
 */
function check(name, action) {
  try {
    const result = action()
    passed++
    console.log(`ok      ${name}`)
    return result
  } catch (error) {
    failures.push(name)
    console.log(`FAILED  ${name}\n${error instanceof Error ? error.message : error}`)
    return undefined
  }
}

/** @param {boolean} holds @param {string} message */
function demand(holds, message) {
  if (!holds) throw new Error(message)
}

/** The packages that must be installed for `name` to work, itself included. @returns {Packed[]} */
function closure(/** @type {readonly Packed[]} */ all, /** @type {string} */ name) {
  const own = all.filter(({ manifest }) => manifest.name === name)
  const needed = own.flatMap(({ manifest }) => Object.keys(manifest.dependencies ?? {}))
  return [...new Set([...own, ...needed.flatMap((each) => closure(all, each))])]
}

/** An empty project with the given packages installed from their tarballs. @returns {string} */
function project(/** @type {string} */ name, /** @type {readonly Packed[]} */ packages) {
  const folder = join(work, name)
  mkdirSync(folder)
  const dependencies = Object.fromEntries(
    packages.map(({ manifest, tarball }) => [manifest.name, `file:${tarball}`]),
  )
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ name, private: true, type: 'module', dependencies }),
  )
  exec(folder, 'npm', 'install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error')
  return folder
}

/** What a user may import of a package: `@dht/krpc`, `@dht/krpc/udp`. */
function entryPoints(/** @type {readonly Packed[]} */ packages) {
  return packages.flatMap(({ manifest }) =>
    Object.keys(manifest.exports)
      .filter((key) => key !== './package.json')
      .map((key) => manifest.name + key.slice(1)),
  )
}

/** @returns {string} what the module printed */
function runModule(
  /** @type {string} */ folder,
  /** @type {string} */ file,
  /** @type {string} */ text,
  /** @type {[string, ...string[]]} */ [program, ...args] = [process.execPath],
) {
  writeFileSync(join(folder, file), text)
  return exec(folder, program, ...args, file)
}

/** Entry points whose declarations need Node's types, some of them those or the DOM's. */
const NEEDS_NODE = /\/(udp|node|portable|transport|live|cli|observatory|lan|relay|bittorrent-dht)$/

/** Compiles a consumer, and checks the declarations that it uses. */
function compile(
  /** @type {string} */ folder,
  /** @type {readonly string[]} */ entries,
  /** @type {string} */ resolution,
) {
  const imports = entries.map((entry, index) => `import * as m${index} from '${entry}'`)
  const uses = entries.map((_, index) => `m${index}`).join(', ')
  const needsNode = entries.some((entry) => NEEDS_NODE.test(entry))
  const compilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: false,
    target: 'ES2023',
    lib: ['ES2023'],
    types: needsNode ? ['node'] : [],
    typeRoots: [join(root, 'node_modules/@types')],
    module: resolution === 'nodenext' ? 'nodenext' : 'esnext',
    moduleResolution: resolution,
  }
  const name = `${needsNode ? 'node' : 'portable'}-${resolution}`
  writeFileSync(join(folder, `${name}.ts`), `${imports.join('\n')}\nexport const all = [${uses}]\n`)
  writeFileSync(
    join(folder, `tsconfig.${name}.json`),
    JSON.stringify({ compilerOptions, files: [`${name}.ts`] }),
  )
  exec(folder, 'tsc', '-p', `tsconfig.${name}.json`)
}

/** The tarball itself. */
function checkTarball(/** @type {Packed} */ { manifest: { name }, folder, tarball }) {
  check(`${name}: holds dist, README, LICENSE and no link to the workspace`, () => {
    const files = exec(work, 'tar', '-tzf', tarball).trim().split('\n')
    const strange = files.filter(
      (file) => !/^package\/(dist\/.*|README\.md|LICENSE|CHANGELOG\.md|package\.json)$/.test(file),
    )
    demand(strange.length === 0, `unexpected: ${strange.join(', ')}`)
    for (const file of ['package/README.md', 'package/LICENSE', 'package/dist/index.d.ts']) {
      demand(files.includes(file), `missing: ${file}`)
    }
    const packed = exec(work, 'tar', '-xzOf', tarball, 'package/package.json')
    demand(!packed.includes('workspace:'), 'package.json still says workspace:')
  })
  check(`${name}: npm pack holds the same files as pnpm pack`, () => {
    const packed = exec(work, 'tar', '-tzf', tarball).trim().split('\n')
    const [{ files }] = JSON.parse(exec(folder, 'npm', 'pack', '--dry-run', '--json'))
    const byNpm = files.map((/** @type {{ path: string }} */ { path }) => `package/${path}`)
    demand(byNpm.sort().join() === packed.sort().join(), `npm: ${byNpm}\npnpm: ${packed}`)
  })
  check(`${name}: publint`, () => exec(work, 'publint', 'run', '--strict', tarball))
  check(`${name}: types resolve`, () => exec(work, 'attw', tarball, '--profile', 'esm-only'))
}

/** The package alone: only its own dependencies are installed. */
function checkAlone(/** @type {readonly Packed[]} */ all, /** @type {Packed} */ packed) {
  const { name } = packed.manifest
  check(`${name}: works alone`, () => {
    const needed = closure(all, name)
    const folder = project(`alone-${name.replace('@dht/', '')}`, needed)
    const installed = readdirSync(join(folder, 'node_modules/@dht')).map((each) => `@dht/${each}`)
    const expected = needed.map(({ manifest }) => manifest.name).sort()
    demand(installed.sort().join() === expected.join(), `installed: ${installed.join(', ')}`)
    runModule(folder, 'use.mjs', useAll(entryPoints([packed])))
    if (name === '@dht/routing-table') runModule(folder, 'search.mjs', oneContactSearch)
  })
}

/** The runtimes on which packed packages are used: this one, and on request the others. */
function* runtimes() {
  yield {
    name: `Node ${process.versions.node}`,
    command: () => /** @type {[string]} */ ([process.execPath]),
  }
  if (!process.argv.includes('--runtimes')) return
  for (const name of RUNTIME_NAMES) yield { name, command: () => commandOf(name) }
}

/**
 * What a console shows, in one form for all runtimes. They differ in quotes, in line breaks and in
 * the comma before a bracket.
 */
function plainly(/** @type {string} */ printed) {
  return printed
    .replaceAll(/\s+/g, '')
    .replaceAll('"', "'")
    .replaceAll(/,([\]}])/g, '$1')
}

/** Every entry point, and every example of a README, unchanged. */
function checkRuntime(
  /** @type {string} */ folder,
  /** @type {readonly string[]} */ entries,
  /** @type {{ readonly name: string, readonly command: () => [string, ...string[]] }} */ runtime,
) {
  const command = check(`${runtime.name}: can be had`, runtime.command)
  if (command === undefined) return
  check(`${runtime.name}: every entry point`, () =>
    runModule(folder, 'use.mjs', useAll(entries), command),
  )
  for (const [file, heading] of README_EXAMPLES) {
    check(`${runtime.name}: ${file}, ${heading}`, () => {
      const code = exampleUnder(heading, readFileSync(join(root, file), 'utf8'))
      const printed = runModule(folder, 'example.mjs', code, command)
      const announced = announcedBy(code).join('\n')
      demand(plainly(printed) === plainly(announced), `expected ${announced}\ngot ${printed}`)
    })
  }
}

function checkTogether(/** @type {readonly Packed[]} */ all) {
  const folder = check('all together: install', () => project('together', all))
  if (folder === undefined) return
  const entries = entryPoints(all)
  const portable = entries.filter((entry) => !NEEDS_NODE.test(entry))
  for (const runtime of runtimes()) checkRuntime(folder, entries, runtime)
  for (const resolution of ['nodenext', 'bundler']) {
    check(`all together: TypeScript, ${resolution}`, () => compile(folder, entries, resolution))
    check(`portable ones: TypeScript without Node or DOM, ${resolution}`, () =>
      compile(folder, portable, resolution),
    )
  }
}

const all = check('build and pack', () => packAll(join(work, 'tarballs'), exec)) ?? []
for (const packed of all) checkTarball(packed)
for (const packed of all) checkAlone(all, packed)
if (all.length > 0) checkTogether(all)
rmSync(work, { recursive: true, force: true })

const failed = failures.length
const report = process.env['REPORT_COUNTS']
if (report !== undefined) {
  mkdirSync(dirname(report), { recursive: true })
  writeFileSync(report, `${JSON.stringify({ passed, failed, failures })}\n`)
}
process.exitCode = failed > 0 ? 1 : 0
console.log(`\n${passed} passed, ${failed} failed`)
