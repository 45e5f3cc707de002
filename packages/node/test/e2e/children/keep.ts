// A program that runs a node with its state in a file, prints its id or why it did not start, and
// goes on until it is killed or told to end.

import { DhtNodeError } from '../../../src/errors.ts'
import { createNode } from '../../../src/shell/create-node.ts'

try {
  const node = await createNode({
    port: 0,
    ipv4: '127.0.0.1',
    ipv6: false,
    bootstrap: [],
    state: process.argv[2]!,
    onWarning: ({ code }) => process.stderr.write(`${code}\n`),
  })
  // Before anything is printed: the reader may end the program at once.
  process.once('SIGTERM', () => void node.close())
  process.stdout.write(`${node.id}\n`)
} catch (error) {
  process.stdout.write(`${DhtNodeError.is(error) ? error.code : String(error)}\n`)
}
