// The example of the README runs, and prints what its comments say.

import { readFileSync } from 'node:fs'
import * as id from '@dht/id'
import * as store from '@dht/store'
import { expect, it } from 'vitest'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

it('the example prints what it says', () => {
  const [, example] = /```js\n(.*?)```/s.exec(readme) ?? []
  const announced = [...example!.matchAll(/console\.log\(.*\) \/\/ (.*)$/gm)].map(
    ([, text]) => text,
  )
  const body = example!.replace(/^import (\{.*\}) from '@dht\/(\w+)'$/gm, 'const $1 = modules.$2')
  expect(body).not.toContain('import')

  const printed: string[] = []
  const run = new Function('modules', 'console', body)
  run({ id, store }, { log: (value: unknown) => printed.push(String(value)) })
  expect(printed).toEqual(announced)
  expect(printed).toHaveLength(6)
})

it('every public value is described', () => {
  for (const name of Object.keys(store)) expect(readme).toContain(name)
})

it('the defaults are those of the code', () => {
  for (const [name, value] of Object.entries(store.PEER_STORE_DEFAULTS)) {
    expect(readme).toMatch(new RegExp(`\\| \`${name}\` +\\| ${value.toLocaleString('en-US')} `))
  }
})
