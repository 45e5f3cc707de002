// The example of the README runs, and prints what its comments say.

import { readFileSync } from 'node:fs'
import * as id from '@dht/id'
import * as search from '@dht/search'
import { expect, it } from 'vitest'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

it('the example prints what it says', () => {
  const [, example] = /```js\n(.*?)```/s.exec(readme) ?? []
  const announced = [...example!.matchAll(/console\.log\(.*\) \/\/ (.*)$/gm)].map(
    ([, text]) => text,
  )
  const body = example!.replace(/^import (\{.*\}) from '@dht\/(id|search)'$/gm, 'const $1 = $2')
  expect(body).not.toContain('import')

  const printed: string[] = []
  const run = new Function('id', 'search', 'console', body)
  run(id, search, { log: (value: unknown) => printed.push(String(value)) })
  expect(printed).toEqual(announced)
  expect(printed).toHaveLength(3)
})

it('every public value is described', () => {
  for (const name of Object.keys(search)) expect(readme).toContain(name)
})

it('the defaults are those that the README states', () => {
  for (const [name, value] of Object.entries(search.LOOKUP_DEFAULTS)) {
    expect(readme).toMatch(new RegExp(`\`${name}\` +\\| ${value} +\\|`))
  }
})
