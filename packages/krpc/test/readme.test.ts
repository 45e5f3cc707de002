// The example of the README runs, and prints what its comments say.

import { readFileSync } from 'node:fs'
import * as id from '@dht/id'
import * as krpc from '@dht/krpc'
import * as udp from '@dht/krpc/udp'
import { expect, it } from 'vitest'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

it('the example prints what it says', () => {
  const [, example] = /```js\n(.*?)```/s.exec(readme) ?? []
  const lines = [...example!.matchAll(/console\.log\(.*\) \/\/ (.*)$/gm)]
  const announced = lines.map(([, text]) => text)
  const body = example!.replace(/^import (\{.*\}) from '@dht\/(\w+)'$/gm, 'const $1 = packages.$2')
  expect(body).not.toContain('import')

  const printed: string[] = []
  const run = new Function('packages', 'console', body)
  run({ id, krpc }, { log: (value: unknown) => printed.push(String(value)) })
  expect(printed).toEqual(announced)
  expect(printed).toHaveLength(4)
})

it('every public value is described', () => {
  for (const name of [...Object.keys(krpc), ...Object.keys(udp)]) expect(readme).toContain(name)
})
