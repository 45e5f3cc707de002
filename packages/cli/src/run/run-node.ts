// The life of a node that runs until it is told to stop: settings, node, log, answers to who asks,
// and an end that saves the state.

import {
  createNode,
  type DhtNode,
  type DiscoverySource,
  type NodeEvent,
  type NodeOptions,
} from '@dht/node'
import { controlPath, makeControlFolder } from '../control/control-path.ts'
import { serveControl } from '../control/control-server.ts'
import { reasonOf } from '../exit.ts'
import type { Io } from '../io.ts'
import { NETWORKS } from '../options/node-options.ts'
import { answerLines } from './answer-lines.ts'
import { infoText } from './info-text.ts'
import { Log } from './log.ts'
import { LogFile } from './log-file.ts'
import { observatoryFor } from './observatory.ts'
import type { RunSettings } from './settings.ts'
import { statePathOf } from './state-path.ts'
import { serveStatus } from './status-server.ts'

/** Resolves when the node was stopped and is closed. */
export async function runNode(settings: RunSettings, io: Io): Promise<void> {
  const state = await statePathOf(settings)
  using file = settings.logFile === undefined ? undefined : new LogFile(settings.logFile)
  const write = (line: string): void => void (file ?? io.err).write(line)
  const log = new Log(write, { level: settings.log, format: settings.logFormat })
  io.onHangup?.(() => hungUp({ file, io, log }))
  const discovery = await discoveryFor(settings)
  const { signal } = io.stop
  const options = { ...nodeOptions(settings, state, log), discovery, signal }
  const node = await createNode(options).catch((error: unknown) => {
    if (!signal.aborted) throw error
  })
  if (node === undefined) {
    // A start may wait for the state's lock.
    log.say('closed before it had started')
    return
  }
  const told = log.follow(node)
  try {
    log.started(node)
    await using _status = await statusFor(node, settings, log)
    await using _observatory = await observatoryFor(node, settings, io)
    await using _control = await controlFor(node, settings, log)
    const tellInfo = (): void => void io.out.write(infoText(node.info()))
    io.onInfoWanted(tellInfo)
    using _ = answerLines(io, { info: tellInfo, quit: () => io.stop.abort() })
    await stopped(signal)
    log.say(state === undefined ? 'closing' : `closing, saving the state to ${state}`)
  } finally {
    await node.close()
    // The events end with the node: whatever went wrong while saving has been told by now.
    await told
  }
  log.say('closed')
}

function nodeOptions(settings: RunSettings, state: string | undefined, log: Log): NodeOptions {
  const { network = 'dht256', port, ipv4, ipv6, bootstrap, readOnly } = settings
  return {
    ...(port !== undefined && { port }),
    ...(ipv4 !== undefined && { ipv4 }),
    ...(ipv6 !== undefined && { ipv6 }),
    ...(bootstrap !== undefined && { bootstrap }),
    ...(state !== undefined && { state }),
    network: NETWORKS[network],
    readOnly,
    onWarning: (warning: NodeEvent): void => log.warn(warning),
  }
}

/** What finds nodes beside the bootstrap list. It is loaded only when it is wanted. */
async function discoveryFor({ lan: isWanted = false }: RunSettings): Promise<DiscoverySource[]> {
  if (!isWanted) return []
  const { lan } = await import('@dht/lan')
  return [lan()]
}

async function statusFor(
  node: DhtNode,
  { metrics: port, metricsAddress: address }: RunSettings,
  log: Log,
): Promise<AsyncDisposable | undefined> {
  if (port === undefined) return undefined
  const status = await serveStatus({ info: () => node.info(), address, port })
  log.say(`metrics at ${status.url}/metrics`)
  return status
}

/** Other commands of this machine ask here. A node does without when the socket can't be had. */
async function controlFor(
  node: DhtNode,
  { network = 'dht256' }: RunSettings,
  log: Log,
): Promise<AsyncDisposable | undefined> {
  const port = node.endpoints[0]?.port ?? 0
  try {
    makeControlFolder()
    return await serveControl(node, controlPath({ network, port }))
  } catch (error) {
    log.say(`other commands can't reach this node: ${reasonOf(error)}`)
    return undefined
  }
}

interface Surroundings {
  readonly file: LogFile | undefined
  readonly io: Io
  readonly log: Log
}

/** A terminal that is gone ends the node; else the file of the log may have been moved. */
function hungUp({ file, io, log }: Surroundings): void {
  if (io.in.isTTY === true) {
    io.stop.abort('SIGHUP')
    return
  }
  try {
    file?.reopen()
    log.say('opened the log file again')
  } catch (error) {
    log.say(reasonOf(error))
  }
}

function stopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
