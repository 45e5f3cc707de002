// The examples of the README run and print what their comments say.

import { readFileSync } from 'node:fs'
import { exampleUnder, run } from '@dht/testing/readme-example'
import { expect, it } from 'vitest'

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')
const readme = read('../README.md')

it.each([
  ['Example', 1],
  ['Thousands of nodes', 2],
  ['Scenarios', 1],
])('%s prints what its comments say', { timeout: 30_000 }, async (heading, lines) => {
  const { printed, announced } = await run(exampleUnder(heading, readme))
  expect(printed).toEqual(announced)
  expect(printed).toHaveLength(lines)
})

it('lists every error code', () => {
  const codes = [...read('../src/errors.ts').matchAll(/\| '(ERR_DHT_SIM_\w+)'/g)]
  expect(codes).toHaveLength(4)
  for (const [, code] of codes) expect(readme).toContain(`| \`${code}\``)
})
