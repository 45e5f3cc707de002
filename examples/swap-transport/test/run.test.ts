// The example: a network without UDP in which an identity is announced and found.

import { expect, it } from 'vitest'
import { run } from '../src/run.ts'

it('announces and looks up over WebSockets alone', { timeout: 60_000 }, async () => {
  const lines: string[] = []
  await run((line) => lines.push(line))
  expect(lines[0]).toMatch(
    /^12 nodes listen on WebSockets, the first one on ws:\/\/127\.0\.0\.1:\d+$/,
  )
  expect(lines).toContain('         8 nodes store the announcement')
  expect(lines).toContain('found    127.0.0.1:8080')
})
