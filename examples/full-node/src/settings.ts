// What can be set, by flag or by environment; a flag wins. Every value is checked before anything
// is opened, and what can't be used is told with its name.

import { isIPv4, isIPv6 } from 'node:net'
import { dht256, mainline, type Network } from '@dht/krpc'
import { Command, InvalidArgumentError, Option } from 'commander'

export const NETWORKS: Readonly<Record<'dht256' | 'mainline', Network>> = { dht256, mainline }

/** How much the log tells: warnings, the course of things, or every event. */
export type LogLevel = 'quiet' | 'normal' | 'verbose'

export interface Settings {
  readonly network: keyof typeof NETWORKS
  /** UDP port; undefined: the network's. */
  readonly port?: number
  /** Address to bind, false for none, undefined for all. */
  readonly ipv4?: string | false
  readonly ipv6?: string | false
  /** First contacts; undefined: the network's public routers, if it has any. */
  readonly bootstrap?: readonly string[]
  /** File for what outlives the process. */
  readonly state?: string
  /** TCP port of the metrics, on loopback. */
  readonly metrics?: number
  readonly readOnly: boolean
  readonly log: LogLevel
}

/** The command line; `start` is called with settings that can be used. */
export function settingsCommand(start: (settings: Settings) => Promise<void>): Command {
  const { bootstrap } = mainline
  return new Command('full-node')
    .description('Runs a node until it is told to stop. Every option has a variable beside it.')
    .addOption(
      new Option('--network <name>', 'which network to join')
        .choices(Object.keys(NETWORKS))
        .default('dht256')
        .env('DHT_NETWORK'),
    )
    .addOption(option('port', '<port>', `UDP port, 0: any (default: ${ports()})`).argParser(port))
    .addOption(option('ipv4', '<addr|off>', 'IPv4 address to bind (default: all)').argParser(ipv4))
    .addOption(option('ipv6', '<addr|off>', 'IPv6 address to bind (default: all)').argParser(ipv6))
    .addOption(
      option(
        'bootstrap',
        '<host:port>',
        'nodes to begin with, comma-separated or repeated, or none ' +
          `(default: none; mainline: ${bootstrap.length} public routers)`,
      ).argParser(contacts),
    )
    .addOption(
      option('state', '<file>', 'file that keeps id, contacts and announcements (default: none)'),
    )
    .addOption(
      option('metrics', '<port>', 'serves /metrics and /info on 127.0.0.1, 0: any port').argParser(
        port,
      ),
    )
    .addOption(option('read-only', '', 'answer no queries, as BEP 43 has it').default(false))
    .addOption(
      option('log', '<level>', 'how much is told')
        .choices(['quiet', 'normal', 'verbose'])
        .default('normal'),
    )
    .addHelpText(
      'after',
      '\nA line "info" on its input, or SIGUSR2, prints its info. SIGINT and SIGTERM end it.',
    )
    .action((settings: Settings) => start(settings))
}

function option(name: string, value: string, what: string): Option {
  const variable = `DHT_${name.replace('-', '_').toUpperCase()}`
  return new Option(`--${name} ${value}`.trim(), what).env(variable)
}

function ports(): string {
  const named = ({ name, defaultPort }: Network): string => `${name} ${defaultPort}`
  return Object.values(NETWORKS).map(named).join(', ')
}

function port(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text)
  throw new InvalidArgumentError('Expected a port from 0 to 65535.')
}

function ipv4(text: string): string | false {
  if (text === 'off' || isIPv4(text)) return text !== 'off' && text
  throw new InvalidArgumentError('Expected an IPv4 address or off.')
}

function ipv6(text: string): string | false {
  if (text === 'off' || isIPv6(text)) return text !== 'off' && text
  throw new InvalidArgumentError('Expected an IPv6 address or off.')
}

function contacts(text: string, gathered: readonly string[] = []): readonly string[] {
  if (text === 'none') return gathered
  const found = text.split(',').map((each) => each.trim())
  if (found.every((each) => /^\S+:\d{1,5}$/.test(each))) return [...gathered, ...found]
  throw new InvalidArgumentError('Expected host:port, 1.2.3.4:port or [::1]:port, or none.')
}
