// The node of a command that asks something and ends: it has no state, answers no queries, and says
// so (BEP 43), so that nobody keeps it as a contact.

import { createNode, type DhtNode, type NodeEvent, type NodeOptions } from '@dht/node'
import type { Command } from 'commander'
import { CommandFailure, EXIT } from '../exit.ts'
import type { Io } from '../io.ts'
import {
  addNodeOptions,
  NETWORKS,
  type NetworkName,
  type NodeSettings,
} from '../options/node-options.ts'
import { printable } from '../output/printable.ts'
import { showProgress } from '../output/progress.ts'
import { countText } from '../output/text.ts'

export interface VisitSettings extends NodeSettings {
  /** Results as JSON instead of text. */
  readonly json?: boolean
}

/** @param network - what the help says about the default */
export function addVisitOptions(command: Command, network: string): Command {
  return addNodeOptions(command, { network, port: 'any' }).option('--json', 'prints JSON')
}

export interface Visit<T> {
  readonly settings: VisitSettings
  readonly network: NetworkName
  readonly io: Io
  /** What differs from the usual options. */
  readonly options?: NodeOptions
  readonly use: (node: DhtNode) => Promise<T>
}

/**
 * Joins the network, and closes the node when `use` has ended.
 *
 * @throws {CommandFailure} when there is nobody to begin with, or nobody responds
 */
export async function visit<T>(init: Visit<T>): Promise<T> {
  const { io, network, settings } = init
  const first = settings.bootstrap ?? NETWORKS[network].bootstrap
  if (first.length === 0) {
    throw new CommandFailure(nobodyToAsk(settings, network), EXIT.usage)
  }
  const use = async (node: DhtNode): Promise<T> => {
    await join(node, { io, network, count: first.length })
    return init.use(node)
  }
  return withNode({ ...init, use })
}

function nobodyToAsk({ bootstrap }: VisitSettings, network: NetworkName): string {
  const why =
    bootstrap === undefined
      ? `${network} has no public nodes to begin with`
      : 'nobody is left to ask'
  return `${why}: give --bootstrap host:port`
}

/** The same without joining a network. */
export async function withNode<T>({ settings, network, io, options, use }: Visit<T>): Promise<T> {
  const { json: _json, network: _network, ...sockets } = settings
  const { signal } = io.stop
  await using node = await createNode({
    ...sockets,
    port: settings.port ?? 0,
    network: NETWORKS[network],
    readOnly: true,
    signal,
    onWarning: (warning) => warn(io, warning),
    ...options,
  })
  return await use(node)
}

/** For work that goes on until the command is stopped: that closes the node, and is no failure. */
export async function untilStopped(
  node: DhtNode,
  { stop }: Io,
  work: () => Promise<void>,
): Promise<void> {
  stop.signal.addEventListener('abort', () => void node.close(), { once: true })
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
  throw new CommandFailure(`none of the nodes to begin with responded as nodes of ${network}`)
}

function warn(io: Io, warning: NodeEvent): void {
  if (warning.kind === 'warning') io.err.write(`warning: ${printable(warning.message)}\n`)
}
