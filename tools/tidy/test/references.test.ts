import { describe, expect, it } from 'vitest'
import { references } from '../src/rules/references.ts'
import { findingsOf } from './refuses.ts'

describe('links', () => {
  const files = { 'docs/a.md': '', 'docs/deep/b.md': '', 'packages/id/README.md': '' }
  const linksOn = (path: string, text: string): string[] =>
    findingsOf(references, { ...files, [path]: text })

  it.each(['[a](a.md)', '[b](deep/b.md#part)', '[id](../packages/id)', '[x](https://x.example)'])(
    'allows %s',
    (link) => {
      expect(linksOn('docs/here.md', link)).toEqual([])
    },
  )

  it.each(['[c](c.md)', '[a](../a.md)', '[de](de)'])('refuses %s', (link) => {
    expect(linksOn('docs/here.md', link)).toHaveLength(1)
  })

  it('refuses a path in prose that does not exist', () => {
    expect(linksOn('docs/here.md', 'In `packages/id/README.md`, below `docs/deep/`.')).toEqual([])
    expect(linksOn('docs/here.md', 'In `docs/c.md`, as in `docs/<name>.md`.')).toEqual([
      'docs/here.md: the path docs/c.md, which is not there',
    ])
  })

  it('ignores code', () => {
    expect(linksOn('docs/here.md', '```ts\nlist[0](argument)\n```')).toEqual([])
    expect(linksOn('packages/id/src/id.ts', '// [0](c)')).toEqual([])
  })
})

describe('ids of properties', () => {
  const catalogue = {
    'tools/models/catalogue/id.json': JSON.stringify({
      properties: [{ id: 'ID-1', kind: 'law', statement: 'It holds.' }],
      open: [],
      retired: [{ id: 'ID-3', why: 'It held.' }],
    }),
  }

  it('allows those of the catalogue, and retired ones', () => {
    const files = { ...catalogue, 'packages/id/src/id.ts': '// (ID-1, ID-3), SHA-256' }
    expect(findingsOf(references, files)).toEqual([])
  })

  it.each(['packages/id/src/id.ts', 'docs/a.md'])('refuses others in %s', (path) => {
    const found = findingsOf(references, { ...catalogue, [path]: '// (ID-2) and ID-2 again' })
    expect(found).toEqual([`${path}: ID-2, which is no property`])
  })
})

it('refuses a property whose decision has no page', () => {
  const property = { id: 'ID-1', kind: 'law', statement: 'It holds.', decision: 'ids' }
  const text = JSON.stringify({ properties: [property], open: [], retired: [] })
  const catalogue = { 'tools/models/catalogue/id.json': text }
  expect(findingsOf(references, { ...catalogue, 'docs/decisions/ids.md': '' })).toEqual([])
  expect(findingsOf(references, catalogue)).toEqual([
    'tools/models/catalogue/id.json: ID-1 of the decision ids, which is not there',
  ])
})
