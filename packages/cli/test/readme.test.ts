// The example of the README runs and prints what its comments say; the tables name what there is.

import { readFileSync } from 'node:fs'
import { exampleUnder, run as runExample } from '@dht/testing/readme-example'
import { expect, it } from 'vitest'
import { run } from './support/command.ts'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

it('In a program prints what its comments say', { timeout: 30_000 }, async () => {
  const { printed, announced } = await runExample(exampleUnder('In a program', readme))
  expect(printed).toEqual(announced)
  expect(printed).toHaveLength(2)
})

it('lists every command', async () => {
  const { out } = await run('--help')
  const names = [...out.matchAll(/^ {2}(\w+) .*/gm)].map(([, name]) => name as string)
  expect(names).toContain('lookup')
  for (const name of names.filter((each) => each !== 'help' && each !== 'dht')) {
    expect(readme).toContain(`| \`dht ${name}`)
  }
})

it('lists every option of dht run', async () => {
  const { out } = await run('run', '--help')
  const flags = [...out.matchAll(/^ {2}(--[\w-]+)/gm)].map(([, flag]) => flag as string)
  expect(flags).toContain('--state')
  for (const flag of flags) expect(readme).toContain(`| \`${flag}`)
})
