// The page that shows a running node: its options, and its start. What it needs is loaded only when
// it is wanted.

import type { DhtNode } from '@dht/node'
import type { Command } from 'commander'
import { CommandFailure, EXIT } from '../exit.ts'
import type { Io } from '../io.ts'
import { variableOption } from '../options/node-options.ts'
import { parsePort } from '../options/parse.ts'

export interface ObservatorySettings {
  readonly observatory?: boolean
  /** TCP port of the page, on loopback. */
  readonly observatoryPort?: number
  /** Whether the page may enter, delete and put. */
  readonly allowWrites?: boolean
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
}

/** @throws {CommandFailure} for options that need the page, without it */
export function checkObservatory(settings: ObservatorySettings): void {
  const { observatory = false, observatoryPort: port, allowWrites = false } = settings
  if (observatory || (port === undefined && !allowWrites)) return
  const name = port === undefined ? '--allow-writes' : '--observatory-port'
  throw new CommandFailure(`${name} needs --observatory`, EXIT.usage)
}

/** Undefined: none is wanted. */
export async function observatoryFor(
  node: DhtNode,
  { observatory = false, observatoryPort: port, allowWrites = false }: ObservatorySettings,
  { err }: Pick<Io, 'err'>,
): Promise<AsyncDisposable | undefined> {
  if (!observatory) return undefined
  const { observe } = await import('@dht/observatory')
  const page = await observe(node, { allowWrites, ...(port !== undefined && { port }) })
  // The URL has a secret, so it is not for the log.
  err.write(`observatory at ${page.url}\n`)
  return page
}
