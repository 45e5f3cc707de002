// Runs a program of an example or a package as a process of its own. It is bundled from the
// sources, so a test never runs an old build. Every process started here is ended here, by its own
// handle.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'tsup'
import { afterAll, beforeAll } from 'vitest'

const root = fileURLToPath(new URL('../../../', import.meta.url))

/** Files of one test run, inside `node_modules` so that other tools ignore them. */
const bundles = (folder: string): string =>
  join(root, folder, 'node_modules', '.test', String(process.pid))

export interface Program {
  readonly child: ChildProcess
  /** What it has written so far. */
  readonly out: () => string
  readonly err: () => string
  /** Resolves with the output as soon as it matches. Rejects when the process ends before that. */
  until(pattern: RegExp): Promise<RegExpExecArray>
  /** Resolves with the exit code, or with the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>
}

/**
 * For one test file: bundles the program first, and ends what is still running last.
 *
 * @param folder - such as `examples/share-file`; the program is its `src/main.ts`
 * @param unbundled - dependencies that read files beside their own
 */
export function useProgram(
  folder: string,
  unbundled: readonly string[] = [],
): (argv: readonly string[], env?: Readonly<Record<string, string>>, cwd?: string) => Program {
  const started: Program[] = []
  const outDir = bundles(folder)
  beforeAll(async () => {
    await build({
      entry: [join(root, folder, 'src/main.ts')],
      outDir,
      format: ['esm'],
      platform: 'node',
      target: 'es2023',
      tsconfig: join(root, 'tsconfig.paths.json'),
      external: [...unbundled],
      noExternal: [new RegExp(`^(?!(?:${unbundled.join('|')})$)`)],
      // CommonJS modules in the bundle call `require`. A source may import `createRequire` itself.
      banner: {
        js: [
          "import { createRequire as requireFrom } from 'node:module'",
          'const require = requireFrom(import.meta.url)',
        ].join('\n'),
      },
      config: false,
      silent: true,
    })
  })
  afterAll(async () => {
    for (const { child } of started) child.kill('SIGKILL')
    await Promise.all(started.map(({ ended }) => ended))
    rmSync(outDir, { recursive: true, force: true })
  })
  return (argv, env = {}, cwd = root) => {
    const program = start([join(outDir, 'main.js'), ...argv], env, cwd)
    started.push(program)
    return program
  }
}

function start(
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
  cwd: string,
): Program {
  const child = spawn(process.execPath, argv, {
    cwd,
    // Only the variables that a process needs, none of the tests' own.
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const written = { out: '', err: '' }
  child.stdout.on('data', (chunk) => {
    written.out += chunk
  })
  child.stderr.on('data', (chunk) => {
    written.err += chunk
  })
  const ended = once(child, 'close').then(([code, signal]) => code ?? signal)
  const all = (): string => `${written.out}${written.err}`
  const until = (pattern: RegExp): Promise<RegExpExecArray> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const match = pattern.exec(all())
        if (match !== null) resolve(match)
      }
      child.stdout.on('data', look)
      child.stderr.on('data', look)
      look()
      ended.then((code) => reject(new Error(`ended with ${code} before ${pattern}: ${all()}`)))
    })
  return { child, out: () => written.out, err: () => written.err, until, ended }
}
