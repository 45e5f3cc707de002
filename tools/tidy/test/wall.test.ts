import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { coreModules } from '../src/places.ts'
import { projectOf } from '../src/project.ts'
import { readRepository } from '../src/read-repository.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const tsc = join(root, 'node_modules/typescript/bin/tsc')
/** Packages that are shell from end to end. */
const SHELLS = new Set(['bittorrent-dht', 'cli', 'relay', 'lan'])
const packages = readdirSync(join(root, 'packages')).filter((name) => !SHELLS.has(name))

/** The files, relative to the repository, of the program behind a package's wall. */
function filesBehindTheWall(name: string): string[] {
  const config = join(root, 'packages', name, 'tsconfig.wall.json')
  const list = execFileSync(process.execPath, [tsc, '-p', config, '--listFilesOnly'], {
    encoding: 'utf8',
  })
  return list.split('\n').map((path) => relative(root, path).replaceAll('\\', '/'))
}

/** The errors of the compiler for each text, with the settings of the wall. */
function compile(texts: readonly string[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'wall-'))
  try {
    for (const [at, text] of texts.entries()) writeFileSync(join(folder, `text-${at}.mts`), text)
    const config = { extends: join(root, 'tsconfig.base.json'), include: ['*.mts'] }
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
    const args = [tsc, '-p', folder, '--noEmit']
    const lines = spawnSync(process.execPath, args, { encoding: 'utf8' }).stdout.split('\n')
    return texts.map((_, at) => lines.filter((line) => line.includes(`text-${at}.mts`)).join('\n'))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

describe('the wall', () => {
  it.each(packages)(
    'contains the core of %s, nothing of its shell, and no ambient types',
    (name) => {
      const files = filesBehindTheWall(name)
      const core = coreModules(projectOf(readRepository(root, `packages/${name}`)))
      expect(core.length).toBeGreaterThan(0)
      const own = files.filter((path) => path.startsWith(`packages/${name}/src/`))
      expect(own.sort()).toEqual(core.map(({ path }) => path).sort())
      expect(files.filter((path) => /@types\/node|lib\.dom|lib\.webworker/.test(path))).toEqual([])
    },
  )

  const refused = [
    'setTimeout(() => {}, 1)',
    'console.log(1)',
    'export const a: unknown = Buffer',
    'export const a: unknown = crypto',
    'export const a: unknown = performance',
    'export const a: unknown = process',
    'export const a: unknown = new TextEncoder()',
    'export const a: unknown = new AbortController()',
    'setInterval(() => {}, 1)',
    'setImmediate(() => {})',
    'queueMicrotask(() => {})',
    'export class A extends EventTarget {}',
    'export class A extends EventEmitter {}',
    'export const a: unknown = fetch',
    "import { udpTransport } from '@dht/krpc/udp'",
    "import 'node:dgram'",
  ]

  it('refuses what only some platforms have', () => {
    for (const [at, errors] of compile(refused).entries()) {
      expect(errors, refused[at]).toMatch(/error TS\d+: Cannot find/)
    }
  })

  it('allows what every platform has', () => {
    expect(compile(['export const a: number = Math.clz32(new Uint8Array(4).length)'])).toEqual([''])
  })
})
