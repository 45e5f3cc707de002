// The text that the example prints agrees with what its nodes do.

import { expect, it } from 'vitest'
import { run } from '../src/run.ts'

it('the reader gets the newest version, and an old one is refused', async () => {
  const lines: string[] = []
  await run((line) => lines.push(line))
  expect(lines).toEqual([
    expect.stringMatching(/^Version 1 is stored at [1-4] nodes\.$/),
    'The reader gets version 1: rain',
    'The reader gets version 2: sun',
    expect.stringMatching(/^Version 1 again is refused by [1-4] nodes: they have version 2\.$/),
  ])
})
