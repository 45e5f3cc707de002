// The page that shows a running node: its options, and its start. What it needs is loaded only when
// it is wanted.

import type { DhtNode } from '@dht/node'
import type { Command } from 'commander'
import { CommandFailure, EXIT } from '../exit.ts'
import type { Io } from '../io.ts'
import { type NodeSettings, variableOption } from '../options/node-options.ts'
import { parsePort, parseSubnets } from '../options/parse.ts'
import { pageRelay } from './page-relay.ts'

export interface ObservatorySettings {
  readonly observatory?: boolean
  /** TCP port of the page, on loopback. */
  readonly observatoryPort?: number
  /** Whether the page may enter, delete and put. */
  readonly allowWrites?: boolean
  /** Whether the page may be a node of its own, through a relay beside it. */
  readonly browserNode?: boolean
  /** Subnets that such a node may reach though they are not public. */
  readonly browserNodeAllow?: readonly string[]
}

export function addObservatoryOptions(command: Command): Command {
  return command
    .addOption(variableOption('observatory', '', 'serves a page that shows the node, on 127.0.0.1'))
    .addOption(
      variableOption(
        'observatory-port',
        '<port>',
        'TCP port of that page (default: any)',
      ).argParser(parsePort),
    )
    .addOption(variableOption('allow-writes', '', 'lets that page announce, delete and put'))
    .addOption(
      variableOption(
        'browser-node',
        '',
        'lets that page run a node of its own, through a relay beside it',
      ),
    )
    .addOption(
      variableOption(
        'browser-node-allow',
        '<subnet>',
        'subnet that such a node may reach though it is not public, comma-separated or repeated',
      ).argParser(parseSubnets),
    )
}

/** @throws {CommandFailure} for options that need another one, without it */
export function checkObservatory(settings: ObservatorySettings): void {
  const { observatory = false, browserNode = false } = settings
  if (settings.browserNodeAllow !== undefined && !browserNode) {
    throw new CommandFailure('--browser-node-allow needs --browser-node', EXIT.usage)
  }
  if (observatory) return
  if (settings.observatoryPort !== undefined) throw needsPage('--observatory-port')
  if (settings.allowWrites) throw needsPage('--allow-writes')
  if (browserNode) throw needsPage('--browser-node')
}

function needsPage(flag: string): CommandFailure {
  return new CommandFailure(`${flag} needs --observatory`, EXIT.usage)
}

/** Undefined: none is wanted. */
export async function observatoryFor(
  node: DhtNode,
  settings: ObservatorySettings & NodeSettings,
  { err }: Pick<Io, 'err'>,
): Promise<AsyncDisposable | undefined> {
  const { observatory = false, observatoryPort: port, allowWrites = false } = settings
  if (!observatory) return undefined
  const { observe } = await import('@dht/observatory')
  const { browserNode = false, browserNodeAllow = [] } = settings
  const relay = browserNode ? await pageRelay(node, settings, browserNodeAllow) : undefined
  const page = await observe(node, { allowWrites, relay, ...(port !== undefined && { port }) })
  // The URL has a secret, so it is not for the log.
  err.write(`observatory at ${page.url}\n`)
  return page
}
