// The node that carries out what a command asks: the running one of the network, else one that
// lives as long as the command. The latter has no state, answers no queries, and says so (BEP 43),
// so that nobody keeps it as a contact.

import { createNode, type DhtNode, type NodeEvent, type NodeOptions } from '@dht/node'
import type { Command } from 'commander'
import { askRunning } from '../control/ask-running.ts'
import type { RunningNode } from '../control/control-path.ts'
import { findRunning } from '../control/find-running.ts'
import { CommandFailure, EXIT } from '../exit.ts'
import type { Io } from '../io.ts'
import {
  addNodeOptions,
  NETWORKS,
  type NetworkName,
  type NodeSettings,
} from '../options/node-options.ts'
import { parsePort } from '../options/parse.ts'
import { JSON_HELP } from '../output/json.ts'
import { printable } from '../output/printable.ts'
import { showProgress } from '../output/progress.ts'
import { countText } from '../output/text.ts'
import { carryOut, type How } from './carry-out.ts'
import type { Op, RequestOf, ResultOf } from './request.ts'

export interface AskSettings extends NodeSettings {
  /** Results as JSON instead of text. */
  readonly json?: boolean
  /** UDP port of the running node to ask. */
  readonly node?: number
  /** Asks no running node. */
  readonly standalone?: boolean
}

/** @param network - what the help says about the default */
export function addAskOptions(command: Command, network: string): Command {
  return addNodeOptions(command, { network, port: 'any' })
    .option('--node <port>', 'uses the running node at this UDP port', parsePort)
    .option('--standalone', 'uses no running node; --port, --ipv4, --ipv6 and --bootstrap imply it')
    .option('--json', JSON_HELP)
}

/** Asks the node; resolves with the result. `tell` is called with each part before it. */
export type Ask = <O extends Op>(
  request: RequestOf<O>,
  tell?: How<O>['tell'],
) => Promise<ResultOf<O>>

export interface Visit<T> {
  readonly settings: AskSettings
  readonly network: NetworkName
  readonly io: Io
  /** What differs from the usual options of a node of our own. */
  readonly options?: NodeOptions
  /** False: a node of our own joins no network. */
  readonly joins?: false
  readonly use: (ask: Ask) => Promise<T>
}

/** @throws {CommandFailure} when there is nobody to begin with, or nobody responds */
export async function withNode<T>(visit: Visit<T>): Promise<T> {
  const running = await runningNode(visit)
  if (running === undefined) return withOwnNode(visit)
  const { signal } = visit.io.stop
  return visit.use((request, tell = () => {}) => askRunning(running, request, { signal, tell }))
}

function runningNode({ settings, network }: Visit<unknown>): Promise<RunningNode | undefined> {
  const { node, port, ipv4, ipv6, bootstrap, standalone = false } = settings
  // Such options describe a node of our own, perhaps in another network of the same kind.
  const own = [port, ipv4, ipv6, bootstrap].some((each) => each !== undefined) || standalone
  if (!own) return findRunning(network, node)
  if (node === undefined) return Promise.resolve(undefined)
  throw new CommandFailure(
    '--node names a running node: give no --port, --ipv4, --ipv6 or --bootstrap',
    EXIT.usage,
  )
}

async function withOwnNode<T>(visit: Visit<T>): Promise<T> {
  const { settings, network, io, options, joins = true } = visit
  const { port = 0, ipv4, ipv6, bootstrap = NETWORKS[network].bootstrap } = settings
  if (joins && bootstrap.length === 0) {
    throw new CommandFailure(nobodyToAsk(settings, network), EXIT.usage)
  }
  const { signal } = io.stop
  await using node = await createNode({
    port,
    ...(ipv4 !== undefined && { ipv4 }),
    ...(ipv6 !== undefined && { ipv6 }),
    ...((settings.bootstrap !== undefined || !joins) && { bootstrap: joins ? bootstrap : [] }),
    network: NETWORKS[network],
    readOnly: true,
    signal,
    onWarning: (warning) => warn(io, warning),
    ...options,
  })
  // A node that is closed withdraws what it announced; calls alone, when aborted, would not wait.
  signal.addEventListener('abort', () => void node.close(), { once: true })
  if (joins) await join(node, { io, network, count: bootstrap.length })
  const never = new AbortController().signal
  return await visit.use((request, tell = () => {}) =>
    carryOut(node, request, { signal: never, tell }),
  )
}

function nobodyToAsk({ bootstrap }: AskSettings, network: NetworkName): string {
  const why =
    bootstrap === undefined
      ? `${network} has no public bootstrap nodes, and no node runs here`
      : 'there is no bootstrap node'
  return `${why}: give --bootstrap host:port`
}

/** For work that goes on until the command is stopped, which is no failure then. */
export async function untilStopped({ stop }: Io, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!stop.signal.aborted) throw error
  }
}

async function join(
  node: DhtNode,
  init: { readonly io: Io; readonly network: NetworkName; readonly count: number },
): Promise<void> {
  const { io, network, count } = init
  using _ = showProgress(io.err, () => `joining through ${countText(count, 'node')}`)
  const { contacts } = await node.joined({ signal: io.stop.signal })
  if (contacts > 0) return
  throw new CommandFailure(`no bootstrap node responded as a node of ${network}`)
}

/** That nobody responds ends the command, with an error of its own. */
function warn(io: Io, warning: NodeEvent): void {
  if (warning.kind !== 'warning' || warning.code === 'DHT_BOOTSTRAP_SILENT') return
  io.err.write(`warning: ${printable(warning.message)}\n`)
}
