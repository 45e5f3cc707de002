// The life of the program: settings, node, log, answers to who asks, and an end that saves the
// state.

import { BindError } from '@dht/krpc/udp'
import { createNode, type DhtNode, DhtNodeError, type NodeEvent, type NodeOptions } from '@dht/node'
import { CommanderError } from 'commander'
import { answerLines } from './answer-lines.ts'
import { infoText } from './info-text.ts'
import type { Io } from './io.ts'
import { Log } from './log.ts'
import { serveMetrics } from './metrics-server.ts'
import { NETWORKS, type Settings, settingsCommand } from './settings.ts'

/** Limits that guard the table of a node on a public network (see `CoreOptions`). */
const PUBLIC_LIMITS = { contactsPerSubnetInBucket: 2, contactsPerSubnet: 10 } as const

/** Runs the node until it is stopped. @returns 0; 1: something can't be opened; 2: a bad setting */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const command = settingsCommand((settings) => live(settings, io))
    .exitOverride()
    .configureOutput({ writeOut: (s) => io.out.write(s), writeErr: (s) => io.err.write(s) })
  try {
    await command.parseAsync(argv, { from: 'user' })
    return 0
  } catch (error) {
    // commander has said what is wrong, or has shown the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    io.err.write(`error: ${reasonOf(error)}\n`)
    return DhtNodeError.is(error) && error.code === 'ERR_DHT_NODE_ARGUMENT' ? 2 : 1
  }
}

async function live(settings: Settings, io: Io): Promise<void> {
  const log = new Log(io.err, settings.log)
  const node = await createNode(nodeOptions(settings, log))
  const told = log.follow(node)
  try {
    log.started(node)
    await using metrics = await metricsFor(node, settings)
    if (metrics !== undefined) log.say(`metrics at ${metrics.url}`)
    const tellInfo = (): void => void io.out.write(infoText(node.info()))
    io.onInfoWanted(tellInfo)
    using _ = answerLines(io, { info: tellInfo, quit: () => io.stop.abort() })
    await stopped(io.stop.signal)
    const { state } = settings
    log.say(state === undefined ? 'closing' : `closing, keeping the state in ${state}`)
  } finally {
    await node.close()
    // The events end with the node: whatever went wrong while saving has been told by now.
    await told
  }
  log.say('closed')
}

function nodeOptions(settings: Settings, log: Log): NodeOptions {
  const { network, readOnly, log: _log, metrics: _metrics, ...rest } = settings
  const limits = network === 'mainline' ? PUBLIC_LIMITS : {}
  const onWarning = (warning: NodeEvent): void => log.warn(warning)
  return { ...limits, ...rest, network: NETWORKS[network], readOnly, onWarning }
}

async function metricsFor(
  node: DhtNode,
  { metrics }: Settings,
): Promise<Awaited<ReturnType<typeof serveMetrics>> | undefined> {
  return metrics === undefined ? undefined : serveMetrics(() => node.info(), metrics)
}

function stopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

function reasonOf(error: unknown): string {
  if (BindError.is(error)) return `UDP: ${reasonOf(error.cause ?? error.message)}`
  if (!(error instanceof Error)) return String(error)
  if (!('code' in error) || error.code !== 'EADDRINUSE') return error.message
  const { address, port } = error as Error & { readonly address?: string; readonly port?: number }
  return `${address} port ${port}: in use`
}
