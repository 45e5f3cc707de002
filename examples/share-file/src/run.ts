// The command line: what can be said, how it is read, and how everything ends in an exit code.

import { idFromHex } from '@dht/id'
import { dht256 } from '@dht/krpc'
import { Command, CommanderError, Option } from 'commander'
import { type DemoOptions, demo } from './demo.ts'
import { DOWNLOAD_DEFAULTS } from './download.ts'
import { ExitCode, Failure, toFailure } from './failure.ts'
import { fetchIdentity } from './fetch.ts'
import type { Io } from './io.ts'
import type { NodePlace } from './node-place.ts'
import { contacts, ipv4, ipv6, place, whole } from './option-readers.ts'
import { type PublishOptions, publish } from './publish.ts'

/** Runs the program. Never rejects; nothing is open any more when it resolves. */
export async function run(argv: readonly string[], io: Io): Promise<ExitCode> {
  try {
    await program(io).parseAsync(argv, { from: 'user' })
    return ExitCode.ok
  } catch (error) {
    if (io.stop.aborted) return ExitCode.interrupted
    // commander has said what is wrong, or has shown the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.ok : ExitCode.usage
    const { message, exitCode } = toFailure(error)
    io.err.write(`${io.errColors.red('error:')} ${message}\n`)
    return exitCode
  }
}

// commander: no dependencies; subcommands, checked options and help that can't fall behind them.
function program(io: Io): Command {
  const root = new Command('share-file')
    .description(
      'Shares a file among nodes on this machine, or publishes and fetches between machines.',
    )
    .exitOverride()
    .configureOutput({ writeOut: (s) => io.out.write(s), writeErr: (s) => io.err.write(s) })
    .argument('[path]', 'the file to share (default: the licence of this repository)')
    .option('--nodes <count>', 'nodes in the network', whole(2, 256), 48)
    .action((path: string | undefined, options: Pick<DemoOptions, 'nodes'>) =>
      demo({ path, ...options }, io),
    )
  addPublish(root, io)
  addFetch(root, io)
  return root
}

function addPublish(root: Command, io: Io): void {
  const command = root
    .command('publish')
    .description('serves a file and keeps its identity entered until Ctrl-C')
    .argument('<path>', 'the file')
    .option(
      '--listen <addr:port>',
      'where to serve it over HTTP (default: at the node’s addresses)',
      place,
    )
  addPlace(command, dht256.defaultPort).action(
    (path: string, options: Omit<PublishOptions, 'path'>) => publish({ path, ...options }, io),
  )
}

interface FetchFlags extends NodePlace {
  readonly out?: string
  readonly wait: number
  readonly maxSize: number
  readonly timeout: number
}

function addFetch(root: Command, io: Io): void {
  const { maxBytes, totalMs } = DOWNLOAD_DEFAULTS
  const command = root
    .command('fetch')
    .description('finds what has an identity, fetches it and verifies it')
    .argument('<identity>', '64 hex digits, the SHA-256 of the content')
    .option('--out <file>', 'where to put it (default: standard output)')
    .option('--wait <s>', 'time to wait for an unknown identity', whole(0, 3_600), 10)
    .option('--max-size <bytes>', 'most to take', whole(1, Number.MAX_SAFE_INTEGER), maxBytes)
    .option('--timeout <s>', 'longest time with one endpoint', whole(1, 86_400), totalMs / 1_000)
  addPlace(command, 0).action((hex: string, options: FetchFlags) => {
    if (options.bootstrap.length === 0) {
      throw new Failure('--bootstrap: expected at least one contact', ExitCode.usage)
    }
    return fetchIdentity(
      {
        ...options,
        identity: idFromHex(hex, dht256.idLength),
        patienceMs: options.wait * 1_000,
        limits: {
          ...DOWNLOAD_DEFAULTS,
          maxBytes: options.maxSize,
          totalMs: options.timeout * 1_000,
        },
      },
      io,
    )
  })
}

function addPlace(command: Command, port: number): Command {
  return command
    .addOption(
      new Option('--bootstrap <host:port>', 'a node to begin with; may be repeated')
        .argParser(contacts)
        .default([], 'nobody; `fetch` needs one'),
    )
    .option('--port <port>', 'UDP port, 0: any', whole(0, 65_535), port)
    .option('--ipv4 <addr|off>', 'IPv4 address to bind (default: all)', ipv4)
    .option('--ipv6 <addr|off>', 'IPv6 address to bind (default: all)', ipv6)
}
