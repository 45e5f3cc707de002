// The examples of the README run and print what their comments say; the tables name every option.

import { readFileSync } from 'node:fs'
import { OBSERVE_DEFAULTS } from '@dht/observatory'
import { exampleUnder, run } from '@dht/testing/readme-example'
import { expect, it } from 'vitest'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

const examples = ['Example', 'A node in the page']

it.each(examples)('%s prints what its comments say', { timeout: 30_000 }, async (heading) => {
  const { printed, announced } = await run(exampleUnder(heading, readme))
  expect(printed).toEqual(announced)
  expect(printed).toHaveLength(1)
})

it('lists every option', () => {
  for (const name of Object.keys(OBSERVE_DEFAULTS)) expect(readme).toContain(`| \`${name}\` |`)
})
