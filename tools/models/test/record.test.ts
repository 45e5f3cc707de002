import { describe, expect, it } from 'vitest'
import { withTests } from '../record.mjs'
import { addCounts } from '../rounds.mjs'

const file = 'tools/models/run.mjs'
const other = 'tools/models/page.mjs'
const none = { runs: 1, commands: 0, rounds: 1, seed: 1, counted: [], seen: [] }
const test = (title: string, at = file) => ({ ...none, file: at, title, ids: [title] })
const record = (...tests: ReturnType<typeof test>[]) => ({ tests, mutants: [], scores: [] })
const titles = ({ tests }: { tests: readonly { title: string }[] }) =>
  tests.map(({ title }) => title)

describe('the record after a run', () => {
  const before = record(test('A-1'), test('A-2'), test('B-1', other), test('C-1', 'gone.test.ts'))

  it('of some tests of a file keeps the others', () => {
    const after = withTests(before, [{ ...test('A-1'), runs: 9 }], {
      files: [file],
      isWhole: false,
    })
    expect(titles(after)).toEqual(['B-1', 'A-1', 'A-2'])
    expect(after.tests[1]?.runs).toBe(9)
  })

  it('of a whole file forgets tests that the file no longer has', () => {
    const after = withTests(before, [test('A-3')], { files: [file], isWhole: true })
    expect(titles(after)).toEqual(['B-1', 'A-3'])
  })

  it('has no line for a test without a property or a model', () => {
    const silent = { ...test('plain'), ids: [] }
    expect(titles(withTests(record(), [silent], { files: [file], isWhole: true }))).toEqual([])
  })
})

it('adds up the counts of censuses with one name, each with its own cases', () => {
  const some = [{ model: 'toy', counts: { a: 1 }, floors: { a: 3 } }]
  const more = [
    { model: 'toy', counts: { a: 2, b: 5 }, floors: { a: 3, b: 1 } },
    { model: 'real', counts: { a: 7 }, floors: { a: 1 } },
  ]
  expect(addCounts(some, more)).toEqual([
    { model: 'toy', counts: { a: 3, b: 5 }, floors: { a: 3, b: 1 } },
    { model: 'real', counts: { a: 7 }, floors: { a: 1 } },
  ])
})
