// A network of twenty on loopback of which one node is that of the command, `dht run`, with its
// page. Each has an address of its own, because limits count by address.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { createNode, type DhtNode, dht256, formatEndpoint, mainline } from '@dht/node'

const COMMAND = fileURLToPath(new URL('main.js', import.meta.resolve('@dht/cli')))
const NETWORKS = { dht256, mainline }
const NODES = 20
const ADDRESS = '127.0.2.100'

export interface ProgramNetwork extends AsyncDisposable {
  /** The address of the page, with the token. */
  readonly url: string
  /** The id of the program's node. */
  readonly id: string
  /** The others, in the order in which they joined. */
  readonly others: readonly DhtNode[]
  /** Ends the program, not the others. */
  stopProgram(): Promise<void>
}

/** @param flags - of `dht run`, beside those that place its node in this network */
export async function programNetwork(
  name: keyof typeof NETWORKS,
  flags: readonly string[],
): Promise<ProgramNetwork> {
  const others = await nodes(name)
  const bootstrap = others.slice(0, 2).flatMap(({ endpoints }) => endpoints.map(formatEndpoint))
  const place = ['--ipv4', ADDRESS, '--ipv6', 'off', '--port', '0', '--state', 'none']
  const network = ['--network', name, '--bootstrap', bootstrap.join()]
  const argv = [COMMAND, 'run', ...place, ...network, '--observatory', ...flags]
  const program = spawn(process.execPath, argv, { stdio: ['ignore', 'ignore', 'pipe'] })
  const stopProgram = async (): Promise<void> => {
    if (program.exitCode !== null || program.signalCode !== null) return
    const ended = once(program, 'exit')
    program.kill('SIGTERM')
    await ended
  }
  const close = async (): Promise<void> => {
    await stopProgram()
    await Promise.all(others.map((node) => node.close()))
  }
  try {
    const { id, url } = await started(program)
    return { id, url, others, stopProgram, [Symbol.asyncDispose]: close }
  } catch (error) {
    await close()
    throw error
  }
}

async function nodes(name: keyof typeof NETWORKS): Promise<DhtNode[]> {
  const made: DhtNode[] = []
  for (let index = 1; index < NODES; index++) {
    const bootstrap = made.slice(0, 1).flatMap(({ endpoints }) => endpoints)
    const place = { ipv4: `127.0.2.${index}`, ipv6: false, port: 0 } as const
    made.push(await createNode({ ...place, network: NETWORKS[name], bootstrap }))
  }
  await Promise.all(made.slice(1).map((node) => node.joined()))
  return made
}

/** Resolves when the command has said where its page is. Its output is read on: else it ends. */
async function started(program: ChildProcess): Promise<{ id: string; url: string }> {
  let text = ''
  const said = new Promise<{ id: string; url: string }>((resolve) => {
    program.stderr?.on('data', (chunk) => {
      text += String(chunk)
      const id = /node ([\da-f]+) at /.exec(text)?.[1]
      const url = /observatory at (\S+)\n/.exec(text)?.[1]
      if (id !== undefined && url !== undefined) resolve({ id, url })
    })
  })
  const ended = once(program, 'exit').then(() => {
    throw new Error(`the command ended: ${text}`)
  })
  return Promise.race([said, ended])
}
