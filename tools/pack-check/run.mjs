// Checks the packages as their users get them: packs each public package, looks at what is inside,
// asks publint and attw, then installs the tarballs in empty projects and uses them from JavaScript
// and TypeScript. Each package is also installed alone, with nothing but what it depends on.
// Ends with `N passed, N failed`.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { oneContactSearch, useAll } from './consumers.mjs'

/**
 * @typedef {object} Manifest
 * @property {string} name
 * @property {boolean} [private]
 * @property {Record<string, unknown>} exports
 * @property {Record<string, string>} [dependencies]
 *
 * @typedef {{ readonly manifest: Manifest, readonly folder: string, readonly tarball: string }} Packed
 */

const root = fileURLToPath(new URL('../..', import.meta.url))
const { packageManager } = readJson(join(root, 'package.json'))
const binaries = ['node_modules/.bin', 'tools/pack-check/node_modules/.bin'].map((folder) =>
  join(root, folder),
)
const work = mkdtempSync(join(tmpdir(), 'pack-check-'))
let passed = 0
/** @type {string[]} */
const failures = []

/** @param {string} path */
function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'))
}

/** Runs a program to its end; throws with all it printed when it fails. @returns {string} */
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
      env: { ...process.env, PATH: path, TURBO_TELEMETRY_DISABLED: '1' },
    })
  } catch (error) {
    const { stdout = '', stderr = '' } = /** @type {{ stdout?: string, stderr?: string }} */ (error)
    throw new Error(`${program} ${args.join(' ')}\n${stdout}${stderr}`)
  }
}

/**
 * One check: passes when `action` returns, and hands on what it returns.
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

/** Packs every public package. @returns {Packed[]} */
function packAll() {
  exec(root, 'npx', '-y', packageManager, 'exec', 'node', 'tools/checks/run.mjs', 'build')
  const folders = readdirSync(join(root, 'packages')).map((name) => join(root, 'packages', name))
  return folders.flatMap((folder) => {
    /** @type {Manifest} */
    const manifest = readJson(join(folder, 'package.json'))
    if (manifest.private) return []
    const to = join(work, 'tarballs', manifest.name.replace('@dht/', ''))
    mkdirSync(to, { recursive: true })
    exec(folder, 'npx', '-y', packageManager, 'pack', '--pack-destination', to)
    return [{ manifest, folder, tarball: join(to, readdirSync(to)[0] ?? '') }]
  })
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

function runModule(
  /** @type {string} */ folder,
  /** @type {string} */ file,
  /** @type {string} */ text,
) {
  writeFileSync(join(folder, file), text)
  exec(folder, process.execPath, file)
}

/** Compiles a consumer, with everything the declarations mention checked too. */
function compile(
  /** @type {string} */ folder,
  /** @type {readonly string[]} */ entries,
  /** @type {string} */ resolution,
) {
  const imports = entries.map((entry, index) => `import * as m${index} from '${entry}'`)
  const uses = entries.map((_, index) => `m${index}`).join(', ')
  const needsNode = entries.some((entry) => /\/(udp|node|live)$/.test(entry))
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
function checkTarball(/** @type {Packed} */ { manifest: { name }, tarball }) {
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
  check(`${name}: publint`, () => exec(work, 'publint', 'run', '--strict', tarball))
  check(`${name}: types resolve`, () => exec(work, 'attw', tarball, '--profile', 'esm-only'))
}

/** The package on its own: nothing is installed that it does not ask for. */
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

function checkTogether(/** @type {readonly Packed[]} */ all) {
  const folder = check('all together: install', () => project('together', all))
  if (folder === undefined) return
  const entries = entryPoints(all)
  const portable = entries.filter((entry) => !/\/(udp|node|live)$/.test(entry))
  check('all together: ESM', () => runModule(folder, 'use.mjs', useAll(entries)))
  for (const resolution of ['nodenext', 'bundler']) {
    check(`all together: TypeScript, ${resolution}`, () => compile(folder, entries, resolution))
    check(`portable ones: TypeScript without Node or DOM, ${resolution}`, () =>
      compile(folder, portable, resolution),
    )
  }
}

const all = check('build and pack', packAll) ?? []
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
