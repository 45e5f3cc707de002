import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { isCore } from '../src/places.ts'
import { projectOf } from '../src/project.ts'
import { readRepository } from '../src/read-repository.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const tsc = join(root, 'node_modules/typescript/bin/tsc')
const packages = readdirSync(join(root, 'packages'))

/** The files, relative to the repository, of the program behind a package's wall. */
function filesBehindTheWall(name: string): string[] {
  const config = join(root, 'packages', name, 'tsconfig.wall.json')
  const list = execFileSync(process.execPath, [tsc, '-p', config, '--listFilesOnly'], {
    encoding: 'utf8',
  })
  return list.split('\n').map((path) => relative(root, path).replaceAll('\\', '/'))
}

/** What the compiler says of a text under the settings of the wall. */
function compile(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'wall-'))
  try {
    writeFileSync(join(folder, 'text.mts'), text)
    const config = { extends: join(root, 'tsconfig.base.json'), include: ['text.mts'] }
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
    return spawnSync(process.execPath, [tsc, '-p', folder, '--noEmit'], { encoding: 'utf8' }).stdout
  } finally {
    rmSync(folder, { recursive: true })
  }
}

describe('the wall', () => {
  it.each(packages)('stands around every core file of %s, and lets no ambient types in', (name) => {
    const files = filesBehindTheWall(name)
    const texts = readRepository(root, `packages/${name}`)
    const core = projectOf(texts).modules.filter(({ path }) => isCore(path))
    expect(core.length).toBeGreaterThan(0)
    expect(files).toEqual(expect.arrayContaining(core.map(({ path }) => path)))
    expect(files.filter((path) => /@types\/node|lib\.dom|lib\.webworker/.test(path))).toEqual([])
  })

  it.each([
    'setTimeout(() => {}, 1)',
    'console.log(1)',
    'export const a: unknown = Buffer',
    'export const a: unknown = crypto',
    'export const a: unknown = performance',
    'export const a: unknown = process',
    'export const a: unknown = new TextEncoder()',
    'export const a: unknown = new AbortController()',
    "import 'node:dgram'",
  ])('refuses %s', (text) => {
    expect(compile(text)).toMatch(/error TS\d+: Cannot find/)
  })

  it('allows what every platform has', () => {
    expect(compile('export const a: number = Math.clz32(new Uint8Array(4).length)')).toBe('')
  })
})
