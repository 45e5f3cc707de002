// The example of the README runs and prints what its comments say.

import { readFileSync } from 'node:fs'
import * as api from '@dht/routing-table'
import { exampleUnder, run } from '@dht/testing/readme-example'
import { expect, it } from 'vitest'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

it('the example prints what its comments say', async () => {
  const { printed, announced } = await run(exampleUnder('Example', readme))
  expect(printed).toEqual(announced)
  expect(printed).toHaveLength(6)
})

it('every exported value and every option is described in the README', () => {
  for (const name of Object.keys(api)) expect(readme).toContain(name)
  const options = [...Object.keys(api.resolveRoutingTableOptions({}))]
  for (const name of options) expect(readme).toContain(`\`${name}\``)
})
