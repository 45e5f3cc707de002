import { describe, expect, it } from 'vitest'
import { projectOf } from '../src/project.ts'
import { fileNames, isNamedFor } from '../src/rules/file-names.ts'
import { openingComment } from '../src/rules/opening-comment.ts'
import { longFiles, sizes } from '../src/rules/sizes.ts'
import { findingsOf, inCore } from './refuses.ts'

const lines = (count: number): string => '// line\n'.repeat(count)
const functionOf = (count: number): string => `function f() {\n${lines(count - 2)}}\n`

describe('sizes', () => {
  it('refuses the 401st line of a file', () => {
    expect(inCore(sizes, lines(400))).toEqual([])
    expect(inCore(sizes, lines(401))).toHaveLength(1)
  })

  it('lists files of more than 300 lines', () => {
    const project = projectOf({
      'packages/id/src/a.ts': lines(300),
      'packages/id/src/b.ts': lines(301),
    })
    expect(longFiles(project)).toEqual([{ path: 'packages/id/src/b.ts', lines: 301 }])
  })

  it('refuses the 71st line of a function, in sources only', () => {
    expect(inCore(sizes, functionOf(70))).toEqual([])
    expect(inCore(sizes, functionOf(71))).toEqual([
      'packages/store/src/thing.ts: a function of 71 lines, at most 70',
    ])
    expect(findingsOf(sizes, { 'packages/id/test/unit/id.test.ts': functionOf(71) })).toEqual([])
  })

  it('counts methods and arrow functions too', () => {
    expect(inCore(sizes, `class A {\n  m() {\n${lines(70)}  }\n}`)).toHaveLength(1)
    expect(inCore(sizes, `const f = () => {\n${lines(70)}}`)).toHaveLength(1)
  })

  it('refuses the 101st column, except in a line of one word', () => {
    expect(inCore(sizes, `// ${'ab '.repeat(32)}c`)).toEqual([])
    expect(inCore(sizes, `// ${'ab '.repeat(33)}`)).toHaveLength(1)
    expect(inCore(sizes, `const vector = '${'ab'.repeat(60)}'`)).toEqual([])
  })
})

describe('file names', () => {
  it.each([
    ['routing-table', 'RoutingTable', true],
    ['id-hex', 'idFromHex', true],
    ['siphash', 'SIP_HASH', true],
    ['networks', 'Network', true],
    ['ip-address', 'addressBytes', true],
    ['routing-table', 'closest', false],
    ['utils', 'xor', false],
  ])('%s for %s: %s', (file, name, isNamed) => {
    expect(isNamedFor(file, name)).toBe(isNamed)
  })

  it('refuses a file whose name is none of its exports', () => {
    const files = { 'packages/id/src/helpers.ts': 'export const xor = 1\nexport interface Y {}' }
    expect(findingsOf(fileNames, files)).toEqual([
      'packages/id/src/helpers.ts: exports xor, Y, none of them helpers',
    ])
  })

  it.each([
    'export class Thing {}',
    'export function thing(): void {}',
    'export interface Thing {}',
    'export type Thing = 1',
    'export const other = 1, thing = 2',
    'class Thing {}\nexport { Thing }',
  ])('allows thing.ts to contain %s', (text) => {
    expect(inCore(fileNames, text)).toEqual([])
  })
})

describe('opening comment', () => {
  it('refuses a source file that begins with code', () => {
    expect(inCore(openingComment, 'export const a = 1')).toHaveLength(1)
    expect(inCore(openingComment, '//\nexport const a = 1')).toHaveLength(1)
  })

  it('allows a line comment, a block comment, and one below a hashbang', () => {
    expect(inCore(openingComment, '// What this is.\nexport const a = 1')).toEqual([])
    expect(inCore(openingComment, '/** What this is. */\nexport const a = 1')).toEqual([])
    expect(inCore(openingComment, '#!/usr/bin/env node\n// What this is.')).toEqual([])
  })
})
