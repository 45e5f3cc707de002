import { describe, expect, it } from 'vitest'
import { reached } from '../src/rules/reached.ts'
import { star } from '../src/rules/star.ts'
import { findingsOf, manifest } from './refuses.ts'

const store = 'packages/store/src/thing.ts'
const repository = {
  'package.json': JSON.stringify({
    name: 'root',
    devDependencies: { vitest: '*', '@dht/testing': '*' },
  }),
  'packages/id/package.json': manifest('@dht/id'),
  'packages/store/package.json': manifest('@dht/store', ['@dht/id', '@dht/krpc']),
  'packages/node/package.json': manifest('@dht/node', ['@dht/store']),
}

describe('star', () => {
  const refused = (path: string, text: string): string[] =>
    findingsOf(star, { ...repository, [path]: text })

  it.each([
    ["import type { A } from '../../id/src/id.ts'", '../../id/src/id.ts leaves its package'],
    ["export { a } from '../../id/src/id.ts'", '../../id/src/id.ts leaves its package'],
    ["import { siphash } from 'siphash'", 'siphash is not among its dependencies'],
    ["import { a } from '@dht/search'", '@dht/search is not among its dependencies'],
    ["import type { Endpoint } from '@dht/krpc'", '@dht/store must not know @dht/krpc'],
    ["export type E = import('@dht/krpc').Endpoint", '@dht/store must not know @dht/krpc'],
    ["import { it } from 'vitest'", 'vitest is not among its dependencies'],
  ])('refuses %s between siblings', (text, what) => {
    expect(refused(store, text)).toEqual([`${store}: ${what}`])
  })

  it('allows imports of @dht/id, by @dht/node, and of what tests share', () => {
    expect(refused(store, "import { a } from '@dht/id'\nimport { b } from './other.ts'")).toEqual(
      [],
    )
    expect(refused('packages/node/src/a.ts', "import { a } from '@dht/store'")).toEqual([])
    const test =
      "import { it } from 'vitest'\nimport { anId } from '@dht/testing'\nimport '../src/a.ts'"
    expect(refused('packages/id/test/a.test.ts', test)).toEqual([])
  })

  it('allows only models to import the models of other packages', () => {
    const whole = 'packages/node/test/model/whole.ts'
    const part = "import { a } from '../../../store/test/model/part.ts'"
    const source = "import { a } from '../../../store/src/part.ts'"
    expect(refused(whole, part)).toEqual([])
    expect(refused(whole, source)).toHaveLength(1)
    expect(refused('packages/node/test/unit/whole.ts', part)).toHaveLength(1)
  })

  it("allows a tool's configuration to start from that of the root, and no other file", () => {
    const extend = "import { alias } from '../../vitest.config.ts'"
    const tool = { 'tools/browser/package.json': manifest('@dht/browser') }
    const of = (path: string, text: string): string[] =>
      findingsOf(star, { ...repository, ...tool, [path]: text })
    expect(of('tools/browser/vitest.config.ts', extend)).toEqual([])
    expect(of('tools/browser/run.ts', extend)).toHaveLength(1)
    expect(of('tools/browser/vitest.config.ts', "import '../../other.config.ts'")).toHaveLength(1)
    expect(of('packages/id/vitest.config.ts', extend)).toHaveLength(1)
  })
})

describe('reached', () => {
  it('refuses a source that no entry point leads to', () => {
    const files = {
      ...repository,
      'packages/id/src/index.ts': "export { a } from './a.ts'",
      'packages/id/src/a.ts': "export type { B } from './b.ts'",
      'packages/id/src/b.ts': '',
      'packages/id/src/orphan.ts': "import './a.ts'",
    }
    expect(findingsOf(reached, files)).toEqual([
      'packages/id/src/orphan.ts: no entry point leads here',
    ])
  })

  it('starts at every export, and at the main file of a program', () => {
    const exports = { '.': { default: './dist/index.js' }, './udp': { default: './dist/udp.js' } }
    const files = {
      'packages/krpc/package.json': JSON.stringify({ name: '@dht/krpc', exports }),
      'packages/krpc/src/index.ts': '',
      'packages/krpc/src/udp.ts': '',
      'examples/share/package.json': '{ "name": "share" }',
      'examples/share/src/main.ts': '',
    }
    expect(findingsOf(reached, files)).toEqual([])
  })
})
