// `npm start`: runs the main example from a fresh clone within seconds. Installs only what
// examples/share-file needs, bundles it from the sources, and runs it in the folder from which npm
// was called, so that relative paths work.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { forgetFilter } from '../checks/forget-filter.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))
// The program looks for the repository's licence three folders up, as from its own `dist`.
const bundle = join(root, 'tools/start/dist/main.js')

/** One line with the time that a step took; stays silent about what the step itself prints. */
async function step(/** @type {string} */ name, /** @type {() => void | Promise<void>} */ action) {
  const startedAt = performance.now()
  process.stderr.write(`-- ${name} ... `)
  await action()
  process.stderr.write(`ok (${((performance.now() - startedAt) / 1000).toFixed(1)} s)\n`)
}

function install() {
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  // pnpm removes what `--prod` leaves out. Where the development tools are installed, keep them.
  const hasDevelopmentTools = existsSync(join(root, 'node_modules/vitest'))
  const scope = ['--filter', '@dht/start...', ...(hasDevelopmentTools ? [] : ['--prod'])]
  const { status, stdout, stderr } = spawnSync(
    ['npx', '-y', packageManager, ...scope, 'install'].join(' '),
    { cwd: root, shell: true, encoding: 'utf8' },
  )
  if (status !== 0) throw new Error(`the installation failed\n${stdout}${stderr}`)
  forgetFilter(root)
}

async function build() {
  const { build } = await import('esbuild')
  await build({
    absWorkingDir: root,
    entryPoints: ['examples/share-file/src/main.ts'],
    outfile: bundle,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'es2023',
    tsconfig: 'tsconfig.paths.json',
    // CommonJS modules in the bundle call `require`.
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url)",
    },
  })
}

await step('install', install)
await step('bundle', build)
process.chdir(process.env['INIT_CWD'] ?? process.cwd())
await import(pathToFileURL(bundle).href)
