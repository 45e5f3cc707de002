// The example of the README runs, and prints what its comments say.

import { readFileSync } from 'node:fs'
import * as id from '@dht/id'
import { expect, it } from 'vitest'
import * as api from '../../src/index.ts'

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')

it('the example prints what it says', () => {
  const [, example] = /```js\n(.*?)```/s.exec(readme) ?? []
  const announced = [...example!.matchAll(/console\.log\(.*\) \/\/ (.*)$/gm)].map(
    ([, text]) => text,
  )
  const body = example!
    .replace(/^import (\{.*\}) from '@dht\/routing-table'$/m, 'const $1 = api')
    .replace(/^import (\{.*\}) from '@dht\/id'$/m, 'const $1 = id')
  expect(body).not.toContain('import')

  const printed: string[] = []
  const run = new Function('id', 'api', 'console', body)
  run(id, api, { log: (value: unknown) => printed.push(String(value)) })
  expect(printed).toEqual(announced)
  expect(printed).toHaveLength(6)
})

it('every public value and every option is described', () => {
  for (const name of Object.keys(api)) expect(readme).toContain(name)
  const options = [...Object.keys(api.resolveRoutingTableOptions({}))]
  for (const name of options) expect(readme).toContain(`\`${name}\``)
})
