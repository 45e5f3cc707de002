// The examples of the READMEs run and print what their comments say.

import { readFileSync } from 'node:fs'
import * as node from '@dht/node'
import { exampleUnder, run } from '@dht/testing/readme-example'
import { describe, expect, it } from 'vitest'
import { resolveCoreOptions } from '../src/core/config/resolve.ts'

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')
const [readme, root] = [read('../README.md'), read('../../../README.md')]

it.each([
  ['Example', readme, 2],
  ['Items', readme, 1],
  ['Two nodes that find each other', root, 1],
  ['The table alone', root, 5],
  ['Another transport', root, 1],
])('%s prints what its comments say', async (heading, text, lines) => {
  const { printed, announced } = await run(exampleUnder(heading, text))
  expect(printed).toEqual(announced)
  expect(printed).toHaveLength(lines)
})

it('the output of a failing example is not accepted', async () => {
  await expect(run("throw new Error('as it should')")).rejects.toThrow('as it should')
  expect((await run("console.log('a', [1])\n// a [ 1 ]")).printed).toEqual(['a [ 1 ]'])
})

/** Options whose default is shown by its name. */
const NAMED: Readonly<Record<string, string>> = {
  network: '`dht256`',
  methods: "thenetwork's",
  crypto: "`node:crypto`'s",
}

describe('the README of this package', () => {
  it('describes every exported value and every method', () => {
    for (const name of Object.keys(node)) expect(readme).toContain(`\`${name}`)
    const methods = ['joined', 'enter', 'delete', 'lookup', 'closest', 'ping', 'findNode']
    for (const name of [
      ...methods,
      'put',
      'get',
      'findValue',
      'store',
      'info',
      'events',
      'close',
    ]) {
      expect(readme).toContain(`\`node.${name}(`)
    }
  })

  it('lists every option of the core with its default', () => {
    for (const [name, value] of Object.entries(node.CORE_DEFAULTS)) {
      const plain = Array.isArray(value)
        ? tallyOf(value)
        : JSON.stringify(value).replaceAll('"', '')
      const shown = NAMED[name] ?? plain
      const row = readme.split('\n').find((line) => line.startsWith(`| \`${name}\` `))
      expect(row?.split('|')[2]?.trim().replaceAll(' ', '')).toBe(shown)
    }
  })

  it('has the defaults that differ in mainline', () => {
    const others = Object.entries(resolveCoreOptions({ network: node.mainline })).filter(
      ([name, value]) => !(name in NAMED) && value !== Reflect.get(node.CORE_DEFAULTS, name),
    )
    expect(others.length).toBeGreaterThan(0)
    for (const [name, value] of others) {
      const row = readme.split('\n').find((line) => line.startsWith(`| \`${name}\` `))
      expect(row).toContain(`; ${value} in \`mainline\``)
    }
  })

  it('lists every option of the shell', () => {
    const names = [...read('../src/shell/options.ts').matchAll(/readonly (\w+)\?:/g)].map(
      ([, n]) => n,
    )
    expect(names.length).toBeGreaterThan(10)
    for (const name of names) expect(readme).toContain(`\n| \`${name}\``)
  })

  it('lists every code of its errors', () => {
    const source = read('../src/errors.ts')
    const codes = [...source.matchAll(/\| '(ERR_DHT_NODE_\w+)'/g)].map(([, code]) => code ?? '')
    expect(codes.length).toBeGreaterThan(5)
    for (const code of codes) expect(readme).toContain(`| \`${code}\``)
  })
})

/** A list of numbers, each once with how often it occurs: 8,2×3. */
function tallyOf(values: readonly number[]): string {
  const told = [...new Set(values)].map((value) => {
    const count = values.filter((other) => other === value).length
    return count === 1 ? `${value}` : `${count}×${value}`
  })
  return told.join()
}
