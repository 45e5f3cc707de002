// The report shows what the catalogue says and what the record of the runs counted.
import { expect, it } from 'vitest'
import { render, unknownCases } from '../page.mjs'

it('lists the cases of the catalogue that nothing counts', () => {
  const property = { id: 'ID-1', kind: 'law', statement: 'a', cases: { toy: ['hit', 'miss'] } }
  const catalogue = { about: 'ids', properties: [property], open: [], retired: [] }
  const counted = [{ model: 'toy', counts: {}, floors: { hit: 0 } }]
  const test = { file: 'packages/id/test/a.test.ts', title: 'ID-1: x', ids: ['ID-1'] }
  const sum = { ...test, runs: 1, commands: 1, rounds: 1, seed: 5, counted, seen: [] }
  const record = { tests: [sum], mutants: [], scores: [] }
  expect(unknownCases([catalogue], record)).toEqual(['toy: miss'])
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

it('marks a property without a test as open', () => {
  const property = { id: 'ID-1', kind: 'law', statement: 'a' }
  const catalogue = { about: 'ids', properties: [property], open: ['ID-1'], retired: [] }
  const text = render([catalogue], { tests: [], mutants: [], scores: [] })
  expect(text).toContain('| ID-1 | a | law | open |  |  |')
})
