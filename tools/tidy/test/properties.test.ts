import { describe, expect, it } from 'vitest'
import { properties } from '../src/rules/properties.ts'
import { findingsOf } from './refuses.ts'

const CATALOGUE = 'tools/models/catalogue/id.json'
const TEST = 'packages/id/test/id.test.ts'

interface Listed {
  readonly ids?: readonly string[]
  readonly open?: readonly string[]
  readonly retired?: readonly string[]
}

function findings({ ids = [], open = [], retired = [] }: Listed, test: string): string[] {
  const catalogue = {
    properties: ids.map((id) => ({ id, kind: 'law', statement: 'It holds.' })),
    open,
    retired: retired.map((id) => ({ id, why: 'It held.' })),
  }
  return findingsOf(properties, { [CATALOGUE]: JSON.stringify(catalogue), [TEST]: test })
}

describe('titles and catalogue', () => {
  it.each([
    ["it('ID-1: holds', () => {})", ['ID-1']],
    ["describe('ID-1, ID-2', () => {})", ['ID-1', 'ID-2']],
    ["it.each([1, 2])('ID-1: holds of %i', () => {})", ['ID-1']],
    [['test(`ID-1: holds of $', '{1}`, () => {})'].join(''), ['ID-1']],
    [["const A = 'ID-1'; it(`$", '{A}, ID-2: x`, () => {})'].join(''), ['ID-1', 'ID-2']],
    ["const A = 'ID-1'; it(A + ', ID-2' + b, () => {})", ['ID-1', 'ID-2']],
    [
      "it('SIM-S1, NET-51…53, 58: all hold', () => {})",
      ['SIM-S1', 'NET-51', 'NET-52', 'NET-53', 'NET-58'],
    ],
    ["it('is the SHA-256 of UTF-8', () => {})", []],
  ])('agree on %s', (test, ids) => {
    expect(findings({ ids }, test)).toEqual([])
  })

  it('refuses an id that no title names; a comment does not count', () => {
    const test = "it('holds', () => { expect(violations()).toEqual(['ID-1: broken']) }) // ID-1"
    expect(findings({ ids: ['ID-1'] }, test)).toEqual([`${CATALOGUE}: ID-1, which no test names`])
  })

  it('refuses an id in a title that the catalogue lacks', () => {
    const found = findings({}, "it('NODE-7: holds', () => {})")
    expect(found).toEqual([`${TEST}: NODE-7, which the catalogue lacks`])
  })

  it('lets an id be open until a test names it', () => {
    const listed = { ids: ['ID-1'], open: ['ID-1'] }
    expect(findings(listed, '')).toEqual([])
    const found = findings(listed, "it('ID-1: holds', () => {})")
    expect(found).toEqual([`${CATALOGUE}: ID-1 open, but tested`])
  })

  it('refuses an id that is retired and tested, listed twice, or open and not a property', () => {
    const retired = findings({ retired: ['ID-1'] }, "it('ID-1: holds', () => {})")
    expect(retired).toContain(`${CATALOGUE}: ID-1 retired, but tested`)
    const listed = { ids: ['ID-1'], retired: ['ID-1'], open: ['ID-2'] }
    expect(findings(listed, "it('ID-1: holds', () => {})")).toEqual([
      `${CATALOGUE}: ID-1 twice`,
      `${CATALOGUE}: ID-2 open, but no property`,
      `${CATALOGUE}: ID-1 retired, but tested`,
    ])
  })
})
