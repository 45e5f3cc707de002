// The life of a node that runs until it is told to stop: settings, node, log, answers to who asks,
// and an end that saves the state.

import { createNode, type DhtNode, type NodeEvent, type NodeOptions } from '@dht/node'
import { controlPath } from '../control/control-path.ts'
import { serveControl } from '../control/control-server.ts'
import { reasonOf } from '../exit.ts'
import type { Io } from '../io.ts'
import { NETWORKS } from '../options/node-options.ts'
import { answerLines } from './answer-lines.ts'
import { infoText } from './info-text.ts'
import { Log } from './log.ts'
import { serveMetrics } from './metrics-server.ts'
import type { RunSettings } from './settings.ts'

/** Limits that guard the table of a node on a public network (see `CoreOptions`). */
const PUBLIC_LIMITS = { contactsPerSubnetInBucket: 2, contactsPerSubnet: 10 } as const

/** Resolves when the node was stopped and is closed. */
export async function runNode(settings: RunSettings, io: Io): Promise<void> {
  const log = new Log(io.err, settings.log)
  const node = await createNode(nodeOptions(settings, log))
  const told = log.follow(node)
  try {
    log.started(node)
    await using metrics = await metricsFor(node, settings)
    if (metrics !== undefined) log.say(`metrics at ${metrics.url}`)
    await using _control = await controlFor(node, settings, log)
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

function nodeOptions(settings: RunSettings, log: Log): NodeOptions {
  const { network = 'dht256', readOnly, log: _log, metrics: _metrics, ...rest } = settings
  const limits = network === 'mainline' ? PUBLIC_LIMITS : {}
  const onWarning = (warning: NodeEvent): void => log.warn(warning)
  return { ...limits, ...rest, network: NETWORKS[network], readOnly, onWarning }
}

async function metricsFor(
  node: DhtNode,
  { metrics }: RunSettings,
): Promise<Awaited<ReturnType<typeof serveMetrics>> | undefined> {
  return metrics === undefined ? undefined : serveMetrics(() => node.info(), metrics)
}

/** Other commands of this machine ask here. A node does without when the socket can't be had. */
async function controlFor(
  node: DhtNode,
  { network = 'dht256' }: RunSettings,
  log: Log,
): Promise<AsyncDisposable | undefined> {
  const port = node.endpoints[0]?.port ?? 0
  try {
    return await serveControl(node, controlPath({ network, port }))
  } catch (error) {
    log.say(`dht info and dht watch can't reach this node: ${reasonOf(error)}`)
    return undefined
  }
}

function stopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
