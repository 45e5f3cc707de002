// The options of every command that has a node: the network, the sockets, and the bootstrap nodes.
// A flag wins over its variable.

import { dht256, mainline, type Network } from '@dht/krpc'
import { type Command, Option } from 'commander'
import { parseBootstrap, parseIpv4, parseIpv6, parsePort } from './parse.ts'

export const NETWORKS: Readonly<Record<'dht256' | 'mainline', Network>> = { dht256, mainline }

export type NetworkName = keyof typeof NETWORKS

export interface NodeSettings {
  /** Undefined: the command's own, or that of the id. */
  readonly network?: NetworkName
  /** UDP port. */
  readonly port?: number
  /** Address to bind, false for none, undefined for all. */
  readonly ipv4?: string | false
  readonly ipv6?: string | false
  /** First contacts; undefined: the network's public routers, if it has any. */
  readonly bootstrap?: readonly string[]
}

/** What the help says where the default of a command differs. */
export interface Defaults {
  readonly network: string
  readonly port: string
}

export function addNodeOptions(command: Command, defaults: Defaults): Command {
  const { bootstrap } = mainline
  return command
    .addOption(networkOption(`which network to join (default: ${defaults.network})`))
    .addOption(
      variableOption('port', '<port>', `UDP port, 0: any (default: ${defaults.port})`).argParser(
        parsePort,
      ),
    )
    .addOption(
      variableOption('ipv4', '<addr|off>', 'IPv4 address to bind (default: all)').argParser(
        parseIpv4,
      ),
    )
    .addOption(
      variableOption('ipv6', '<addr|off>', 'IPv6 address to bind (default: all)').argParser(
        parseIpv6,
      ),
    )
    .addOption(
      variableOption(
        'bootstrap',
        '<host:port>',
        'bootstrap nodes, comma-separated or repeated, or none ' +
          `(default: none; mainline: ${bootstrap.length} public routers)`,
      ).argParser(parseBootstrap),
    )
}

export function networkOption(what: string): Option {
  return variableOption('network', '<name>', what).choices(Object.keys(NETWORKS))
}

/** An option with the variable of the same name, such as `DHT_PORT`. */
export function variableOption(name: string, value: string, what: string): Option {
  const variable = `DHT_${name.replaceAll('-', '_').toUpperCase()}`
  return new Option(`--${name} ${value}`.trim(), what).env(variable)
}

/** The UDP port of each network. */
export function portsOfNetworks(): string {
  const named = ({ name, defaultPort }: Network): string => `${name} ${defaultPort}`
  return Object.values(NETWORKS).map(named).join(', ')
}
