// The example of the README runs and prints what its comments say.

import { readFileSync } from 'node:fs'
import * as search from '@dht/search'
import { exampleUnder, run } from '@dht/testing/readme-example'
import { expect, it } from 'vitest'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

it('the example prints what its comments say', async () => {
  const { printed, announced } = await run(exampleUnder('Example', readme))
  expect(printed).toEqual(announced)
  expect(printed).toHaveLength(3)
})

it('every exported value is described in the README', () => {
  for (const name of Object.keys(search)) expect(readme).toContain(name)
})

it('the defaults are those in the README', () => {
  for (const [name, value] of Object.entries(search.LOOKUP_DEFAULTS)) {
    expect(readme).toMatch(new RegExp(`\`${name}\` +\\| ${value} +\\|`))
  }
})
