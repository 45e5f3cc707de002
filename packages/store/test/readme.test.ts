// The example of the README runs and prints what its comments say.

import { readFileSync } from 'node:fs'
import * as store from '@dht/store'
import { exampleUnder, run } from '@dht/testing/readme-example'
import { expect, it } from 'vitest'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

it('the example prints what its comments say', async () => {
  const { printed, announced } = await run(exampleUnder('Example', readme))
  expect(printed).toEqual(announced)
  expect(printed).toHaveLength(6)
})

it('every exported value is described in the README', () => {
  for (const name of Object.keys(store)) expect(readme).toContain(name)
})

it('the defaults in the README are those of the code', () => {
  for (const [name, value] of [
    ...Object.entries(store.PEER_STORE_DEFAULTS),
    ...Object.entries(store.ITEM_STORE_DEFAULTS),
  ]) {
    expect(readme).toMatch(new RegExp(`\\| \`${name}\` +\\| ${value.toLocaleString('en-US')} `))
  }
})
