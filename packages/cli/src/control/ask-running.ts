// Asks a running node of this machine.

import { once } from 'node:events'
import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import { CommandFailure } from '../exit.ts'
import { jsonLine } from '../output/json.ts'
import { controlPath, listedNodes, type RunningNode } from './control-path.ts'
import { isListening } from './control-server.ts'

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
    await once(socket, 'connect').catch(async () => {
      throw new CommandFailure(await notRunning(node))
    })
    const lines = createInterface({ input: socket, signal })
    socket.on('error', () => lines.close())
    socket.write(jsonLine(request))
    for await (const line of lines) yield JSON.parse(line)
  } finally {
    socket.destroy()
  }
}

async function notRunning({ network, port }: RunningNode): Promise<string> {
  const listed = listedNodes()
  const alive = await Promise.all(listed.map((each) => isListening(controlPath(each))))
  const others = listed.filter((_, at) => alive[at])
  const options = others.map((each) => `--network ${each.network} --port ${each.port}`)
  const known = options.length === 0 ? '' : `; found: ${options.join(', ')}`
  return `no node of ${network} runs at port ${port}${known}`
}
