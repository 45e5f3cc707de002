// The page about the models is what its machine makes of the catalogue and the record.
import { expect, it } from 'vitest'
import { generatedPart, readCatalogues, render, unknownCases } from '../page.mjs'
import { readRecord } from '../record.mjs'

const UP_TO_DATE = 'docs/models.md is out of date: npm run models -- --page makes it anew'

it('is up to date with the catalogue and the last run', () => {
  expect(generatedPart() === render(readCatalogues(), readRecord()), UP_TO_DATE).toBe(true)
})

it('names no case that nothing counts', () => {
  expect(unknownCases(readCatalogues(), readRecord())).toEqual([])
})

it('shows how often a property ran and its cases arose, over all its tests', () => {
  const property = { id: 'ID-1', kind: 'law', statement: 'a | b', cases: { toy: ['hit'] } }
  const test = { file: 'packages/id/test/a.test.ts', title: 'ID-1: x', ids: ['ID-1'] }
  const counted = [{ model: 'toy', counts: { hit: 1_200 }, floors: { hit: 7 } }]
  const tests = [
    { ...test, runs: 2_000, commands: 9, rounds: 2, seed: 5, counted, seen: [] },
    { ...test, title: 'ID-1: y', runs: 0, commands: 0, rounds: 1, seed: 5, counted: [], seen: [] },
  ]
  const catalogue = { about: 'ids', properties: [property], open: [], retired: [] }
  const text = render([catalogue], { tests, mutants: [], scores: [] })
  expect(text).toContain('| ID-1 | a \\| b | law | 2 | 2,001 | hit 1,200/7 |')
  expect(text).toContain('| `toy` | [id](../packages/id/test/a.test.ts) | 9 | 2,000 | 5 to 6 |')
})

it('says of what is open that it is', () => {
  const property = { id: 'ID-1', kind: 'law', statement: 'a' }
  const catalogue = { about: 'ids', properties: [property], open: ['ID-1'], retired: [] }
  const text = render([catalogue], { tests: [], mutants: [], scores: [] })
  expect(text).toContain('| ID-1 | a | law | open |  |  |')
})
