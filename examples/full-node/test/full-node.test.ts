// The node as a process: it starts, joins, and ends at Ctrl-C with its state saved.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { useProgram } from '@dht/testing/program'
import { temporaryFolder } from '@dht/testing/temporary'
import { expect, it } from 'vitest'

const start = useProgram('examples/full-node')

it('joins, prints its events, and saves its state at the end', { timeout: 60_000 }, async () => {
  const folder = temporaryFolder()
  const node = start([], { DHT_PORT: '0' }, folder)
  await node.until(/node [0-9a-f]{64} at \S+/)
  await node.until(/joined/)
  node.child.kill('SIGINT')
  expect(await node.ended).toBe(0)
  expect(existsSync(join(folder, 'node.state'))).toBe(true)
})
