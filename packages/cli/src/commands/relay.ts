// `dht relay`: gives browsers UDP ports, until it is told to stop. The relay is loaded only here.

import { readFile } from 'node:fs/promises'
import type { RelayOptions } from '@dht/relay'
import { type Command, InvalidArgumentError } from 'commander'
import type { Context } from '../context.ts'
import { CommandFailure, EXIT, reasonOf } from '../exit.ts'
import type { Io } from '../io.ts'
import { NETWORKS, type NetworkName } from '../options/node-options.ts'
import {
  parseBootstrap,
  parseCount,
  parseIp,
  parseIpv4,
  parseIpv6,
  parsePort,
  parseSubnets,
} from '../options/parse.ts'
import { writeJson } from '../output/json.ts'

interface RelaySettings {
  readonly host: string
  readonly port: number
  readonly network: NetworkName
  readonly secretFile?: string
  readonly origin: readonly string[]
  readonly bootstrap?: readonly string[]
  readonly allow: readonly string[]
  readonly ipv4?: string | false
  readonly ipv6?: string | false
  readonly maxClients?: number
  readonly maxClientsPerAddress?: number
  readonly json?: boolean
}

export function addRelay(program: Command, { io }: Context): void {
  program
    .command('relay')
    .description('Gives browsers UDP ports over WebSocket, so that pages are nodes.')
    .option(
      '--host <addr>',
      'address to listen on; any but loopback needs a secret',
      parseIp,
      '127.0.0.1',
    )
    .option('--port <port>', 'TCP port to listen on, 0: any', parsePort, 3740)
    .option(
      '--network <name>',
      'network whose messages pass: dht256 or mainline',
      parseNetwork,
      'dht256',
    )
    .option('--secret-file <path>', 'file with the secret that pages must send')
    .option(
      '--origin <origin>',
      'origins of pages that may connect, comma-separated or repeated',
      parseList,
      [],
    )
    .option('--bootstrap <host:port>', 'bootstrap nodes of the pages, or none', parseBootstrap)
    .option(
      '--allow <subnet>',
      'subnets that pages may reach though they are not public, comma-separated or repeated',
      parseSubnets,
      [],
    )
    .option('--ipv4 <addr|off>', 'IPv4 address of the UDP ports (default: all)', parseIpv4)
    .option('--ipv6 <addr|off>', 'IPv6 address of the UDP ports (default: all)', parseIpv6)
    .option('--max-clients <count>', 'pages at a time (default: 256)', parseCount)
    .option(
      '--max-clients-per-address <count>',
      'pages at a time from one address (default: 16)',
      parseCount,
    )
    .option('--json', 'prints where it listens as JSON')
    .addHelpText(
      'after',
      '\nFor pages of other machines put it behind a proxy with TLS.' +
        '\nSIGUSR2 prints its clients and counters as JSON. SIGINT and SIGTERM end it.' +
        '\n\nExample:\n  dht relay --origin http://localhost:5173 --bootstrap 127.0.0.1:3739',
    )
    .action((settings: RelaySettings) => runRelay(settings, io))
}

/** Resolves when the relay was stopped and is closed. */
async function runRelay(settings: RelaySettings, io: Io): Promise<void> {
  const options = await relayOptions(settings)
  const { RelayError, startRelay } = await import('@dht/relay')
  const relay = await startRelay(options).catch((error: unknown) => {
    const isUsage = RelayError.is(error) && error.code === 'ERR_DHT_RELAY_OPTION'
    throw isUsage ? new CommandFailure(error.message, EXIT.usage) : error
  })
  try {
    if (settings.json) writeJson(io.out, { url: relay.url })
    else io.out.write(`relay at ${relay.url}\n`)
    io.onInfoWanted(() => writeJson(io.out, relay.info()))
    await new Promise<void>((resolve) => {
      if (io.stop.signal.aborted) resolve()
      else io.stop.signal.addEventListener('abort', () => resolve(), { once: true })
    })
  } finally {
    await relay.close()
  }
}

async function relayOptions(settings: RelaySettings): Promise<RelayOptions> {
  const { network: name, secretFile, origin, bootstrap, json: _, ...rest } = settings
  const network = NETWORKS[name]
  return {
    ...rest,
    networks: [network],
    origins: origin,
    bootstrap: { [name]: bootstrap ?? network.bootstrap },
    ...(secretFile !== undefined && { secret: await readSecret(secretFile) }),
  }
}

async function readSecret(path: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).trim()
  } catch (error) {
    throw new CommandFailure(`--secret-file: ${reasonOf(error)}`, EXIT.usage)
  }
}

/** @param gathered - of earlier options of the same name */
function parseList(text: string, gathered: readonly string[]): readonly string[] {
  return [...gathered, ...text.split(',').map((each) => each.trim())]
}

function parseNetwork(text: string): string {
  if (Object.hasOwn(NETWORKS, text)) return text
  throw new InvalidArgumentError('Expected dht256 or mainline.')
}
