// The example: a network without UDP in which an identity is announced and found.

import { expect, it } from 'vitest'
import { run } from '../src/run.ts'

it('announces and looks up over WebSockets alone', { timeout: 60_000 }, async () => {
  const lines: string[] = []
  await run((line) => lines.push(line))
  expect(lines[0]).toMatch(
    /^12 nodes listen on WebSockets, the first one on ws:\/\/127\.0\.0\.1:\d+$/,
  )
  // The 8 nearest, and perhaps more of the region around the id, of 11.
  expect(lines).toContainEqual(
    expect.stringMatching(/^ +(8|9|10|11) nodes store the announcement$/),
  )
  expect(lines).toContain('found    127.0.0.1:8080')
})
