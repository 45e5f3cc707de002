// Every snippet of the site has the right types, runs, and prints what its comments say.

import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run } from '@dht/testing/readme-example'
import { describe, expect, it } from 'vitest'
import { snippetsOf } from '../src/snippets.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const pages = join(root, 'docs/site/pages')
const tsc = join(root, 'node_modules/typescript/bin/tsc')

/** A compiler and whole networks, on a machine that may be busy. */
const SLOW_MS = 120_000

const snippets = readdirSync(pages, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.md'))
  .flatMap((file) => snippetsOf(file, readFileSync(join(pages, file), 'utf8')))

/** What the compiler says of the texts, by their number; '' where it says nothing. */
async function typeErrors(texts: readonly string[]): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'dht-snippets-'))
  try {
    // An export makes each a module with names of its own.
    for (const [at, text] of texts.entries()) {
      writeFileSync(join(folder, `snippet-${at}.mts`), `${text}\nexport {}\n`)
    }
    const compilerOptions = {
      isolatedDeclarations: false,
      typeRoots: [join(root, 'node_modules/@types')],
    }
    const config = {
      extends: join(root, 'tsconfig.node.json'),
      compilerOptions,
      include: ['*.mts'],
    }
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
    const { stdout } = spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' })
    const lines = stdout.split('\n')
    return texts.map((_, at) =>
      lines.filter((line) => line.includes(`snippet-${at}.mts`)).join('\n'),
    )
  } finally {
    await rm(folder, { recursive: true })
  }
}

describe('the snippets of the site', () => {
  it('are there, and those that are not run are few', () => {
    const notRun = snippets.filter((each) => each.notRun !== undefined)
    expect(snippets.length).toBeGreaterThan(20)
    expect(notRun.length).toBeLessThan(snippets.length / 4)
  })

  it(
    'have the right types',
    async () => {
      const ofTypes = snippets.filter(({ language }) => language === 'ts')
      const errors = await typeErrors(ofTypes.map(({ code }) => code))
      expect(ofTypes.map(({ place }, at) => `${place} ${errors[at]}`)).toEqual(
        ofTypes.map(({ place }) => `${place} `),
      )
    },
    SLOW_MS,
  )

  it.each(snippets.filter(({ notRun }) => notRun === undefined))(
    '$place runs and prints what its comments say',
    async ({ code }) => {
      const { printed, announced } = await run(code)
      expect(printed).toEqual(announced)
    },
    SLOW_MS,
  )
})

describe('a page', () => {
  it('gives its snippets with their places and reasons', () => {
    const page = [
      '# A',
      '```sh',
      'npm start',
      '```',
      '```ts',
      'const a = 1',
      '```',
      '<!-- not run: why -->',
      '',
      '```js',
      'b()',
      '```',
      '',
    ].join('\n')
    expect(snippetsOf('a.md', page)).toEqual([
      { place: 'a.md:5', code: 'const a = 1\n', language: 'ts', notRun: undefined },
      { place: 'a.md:8', code: 'b()\n', language: 'js', notRun: 'why' },
    ])
  })

  it(
    'with a wrong type is told',
    async () => {
      const [right, wrong] = await typeErrors([
        'const a = 1\nconsole.log(a)',
        'const b: string = 1',
      ])
      expect(right).toBe('')
      expect(wrong).toMatch(/error TS/)
    },
    SLOW_MS,
  )
})
