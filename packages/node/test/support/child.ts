// Programs in processes of their own, bundled from the sources.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { build } from 'tsup'

const root = fileURLToPath(new URL('../../../..', import.meta.url))

/** Bundles a program of the folder `e2e/children` into `folder`; returns its path. */
export async function bundle(name: string, folder: string): Promise<string> {
  const source = (path: string): string => `${root}packages/${path}/src`
  const packages = ['id', 'routing-table', 'store', 'search', 'krpc']
  await build({
    entry: [`${root}packages/node/test/e2e/children/${name}.ts`],
    outDir: folder,
    format: 'esm',
    target: 'node20',
    config: false,
    silent: true,
    clean: false,
    outExtension: () => ({ js: '.mjs' }),
    noExternal: [/./],
    esbuildOptions: (options) => {
      const entries = packages.map((each) => [`@dht/${each}`, `${source(each)}/index.ts`] as const)
      options.alias = {
        '@dht/krpc/udp': `${source('krpc')}/udp.ts`,
        ...Object.fromEntries(entries),
      }
    },
  })
  return `${folder}/${name}.mjs`
}

export interface Ended {
  /** Exit code; null when it was killed. */
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Starts a program; `ended` resolves when it has ended, which is forced after half a minute. */
export function start(
  path: string,
  ...args: string[]
): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(process.execPath, [path, ...args], { timeout: 30_000, killSignal: 'SIGKILL' })
  const said = { stdout: '', stderr: '' }
  child.stdout.on('data', (text) => {
    said.stdout += text
  })
  child.stderr.on('data', (text) => {
    said.stderr += text
  })
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, ...said }))
  return { child, ended }
}

/** Deno reports for every child whose `kill` was called that the signal ended it. */
export function signal({ pid }: ChildProcess, name: NodeJS.Signals): void {
  process.kill(pid!, name)
}
