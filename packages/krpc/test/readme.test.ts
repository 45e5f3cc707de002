// The example of the README runs, and prints what its comments say.

import { readFileSync } from 'node:fs'
import * as krpc from '@dht/krpc'
import * as udp from '@dht/krpc/udp'
import { exampleUnder, run } from '@dht/testing/readme-example'
import { expect, it } from 'vitest'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

it('the example prints what its comments say', async () => {
  const { printed, announced } = await run(exampleUnder('Example', readme))
  expect(printed).toEqual(announced)
  expect(printed).toHaveLength(4)
})

it('every public value is described', () => {
  for (const name of [...Object.keys(krpc), ...Object.keys(udp)]) expect(readme).toContain(name)
})
