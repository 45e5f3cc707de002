// Asks a running node of this machine.

import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { CommandFailure } from '../exit.ts'
import { jsonLine } from '../output/json.ts'
import type { How } from '../requests/carry-out.ts'
import type { Op, PartOf, Reply, RequestOf, ResultOf } from '../requests/request.ts'
import { controlPath, type RunningNode } from './control-path.ts'
import { notRunning } from './find-running.ts'

/** Time in which a node must say that it has understood a request, ms: ours. */
const ANSWER_WITHIN_MS = 5_000

interface HowToAsk<O extends Op> extends How<O> {
  readonly answerWithinMs?: number
}

/**
 * Resolves with the last line of the node's answer.
 *
 * @throws {CommandFailure} when no such node runs, when it ends, and with what it reports
 * @throws the signal's reason
 */
export async function askRunning<O extends Op>(
  node: RunningNode,
  request: RequestOf<O>,
  { signal, tell, answerWithinMs = ANSWER_WITHIN_MS }: HowToAsk<O>,
): Promise<ResultOf<O>> {
  signal.throwIfAborted()
  const socket = connect({ path: controlPath(node) })
  const stop = (): void => void socket.destroy()
  signal.addEventListener('abort', stop, { once: true })
  try {
    await once(socket, 'connect').catch(async () => {
      signal.throwIfAborted()
      throw new CommandFailure(await notRunning(node.network, node.port))
    })
    let failure: Error | undefined
    socket.on('error', (error) => {
      failure = error
    })
    socket.write(jsonLine(request))
    // A node whose process is stopped accepts connections, too, and answers none.
    socket.setTimeout(answerWithinMs, () => socket.destroy(silent(node)))
    for await (const line of linesOf(socket)) {
      const reply = JSON.parse(line) as Reply
      if (reply.kind === 'error') throw new CommandFailure(reply.message, reply.exitCode)
      socket.setTimeout(0)
      if (reply.kind === 'accepted') continue
      if (reply.kind === 'result') return reply.result as ResultOf<O>
      await tell(reply.part as PartOf<O>)
    }
    signal.throwIfAborted()
    throw failure instanceof CommandFailure ? failure : new CommandFailure('the node has ended')
  } finally {
    signal.removeEventListener('abort', stop)
    socket.destroy()
  }
}

function silent({ network, port }: RunningNode): CommandFailure {
  return new CommandFailure(`the node of ${network} at port ${port} does not answer`)
}

/** Ends with the connection, also when that fails because the node has gone. */
async function* linesOf(socket: Socket): AsyncGenerator<string> {
  const lines = createInterface({ input: socket })
  socket.once('close', () => lines.close())
  try {
    yield* lines
  } catch {}
}
