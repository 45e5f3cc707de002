// Asks a running node of this machine.

import { once } from 'node:events'
import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import { CommandFailure } from '../exit.ts'
import { jsonLine } from '../output/json.ts'
import { controlPath, listedNodes, type RunningNode } from './control-path.ts'

/**
 * The answers of the node, until the last one or until the signal is aborted.
 *
 * @throws {CommandFailure} when no such node runs
 */
export async function* askRunning(
  node: RunningNode,
  request: 'info' | 'watch',
  signal: AbortSignal,
): AsyncGenerator<unknown> {
  const socket = connect({ path: controlPath(node) })
  try {
    await once(socket, 'connect').catch(() => {
      throw new CommandFailure(notRunning(node))
    })
    const lines = createInterface({ input: socket, signal })
    socket.on('error', () => lines.close())
    socket.write(jsonLine(request))
    for await (const line of lines) yield JSON.parse(line)
  } finally {
    socket.destroy()
  }
}

function notRunning({ network, port }: RunningNode): string {
  const others = listedNodes()
  const known = others.length === 0 ? '' : `; found: ${others.join(', ')}`
  return `no node of ${network} runs at port ${port}${known}`
}
