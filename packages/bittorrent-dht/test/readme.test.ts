// The example of the README runs and prints what its comments say.

import { readFileSync } from 'node:fs'
import * as exported from '@dht/bittorrent-dht'
import { exampleUnder, run } from '@dht/testing/readme-example'
import { expect, it } from 'vitest'

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')
const readme = read('../README.md')

it('the example prints what its comments say', async () => {
  const { printed, announced } = await run(exampleUnder('Example', readme))
  expect(printed).toEqual(announced)
  expect(printed).toHaveLength(4)
})

it('every export, method, option and event is described', () => {
  for (const name of Object.keys(exported)) expect(readme).toContain(name)
  const members = Object.getOwnPropertyNames(exported.Client.prototype)
  for (const name of members.filter((each) => each !== 'constructor')) {
    expect(readme).toMatch(new RegExp(`\`${name}[(\`]`))
  }
  const options = [...read('../src/options.ts').matchAll(/readonly (\w+)\?:/g)]
  expect(options.length).toBeGreaterThan(10)
  for (const [, name] of options) expect(readme).toContain(`\`${name}\``)
  const events = [...read('../src/client-events.ts').matchAll(/^ {2}(\w+): \[/gm)]
  expect(events.length).toBe(8)
  for (const [, name] of events) expect(readme).toContain(`| \`${name}\` |`)
})

it('every code of its errors is described', () => {
  const codes = [...read('../src/errors.ts').matchAll(/\| '(ERR_DHT_CLIENT_\w+)'/g)]
  expect(codes.length).toBe(6)
  for (const [, code] of codes) expect(readme).toContain(`\`${code}\``)
})
