// How a command ends: its exit code, and the reason in one line.

import { BindError } from '@dht/krpc/udp'

export const EXIT = {
  /** The command did what it was told. */
  done: 0,
  /** Nothing was found, nobody responded, or something can't be opened. */
  failed: 1,
  /** An argument or an option can't be used. */
  usage: 2,
  /** It was stopped before it was done: 128 and the number of SIGINT, as shells have it. */
  stopped: 130,
  /** A node whose log nobody reads: 128 and the number of SIGPIPE, as shells have it. */
  unread: 141,
} as const

/** A command that can't go on, with the reason. */
export class CommandFailure extends Error {
  readonly exitCode: number

  constructor(message: string, exitCode: number = EXIT.failed) {
    super(message)
    this.exitCode = exitCode
  }
}

/** Codes of errors that the user of the command has caused. */
const USAGE_CODES: ReadonlySet<unknown> = new Set([
  'ERR_DHT_NODE_ARGUMENT',
  'ERR_DHT_ID_FORMAT',
  'ERR_DHT_ID_LENGTH',
  'ERR_DHT_KRPC_ENDPOINT',
])

export function exitCodeOf(error: unknown): number {
  if (error instanceof CommandFailure) return error.exitCode
  return error instanceof Error && 'code' in error && USAGE_CODES.has(error.code)
    ? EXIT.usage
    : EXIT.failed
}

export function reasonOf(error: unknown): string {
  if (BindError.is(error)) return `UDP: ${reasonOf(error.cause ?? error.message)}`
  if (!(error instanceof Error)) return String(error)
  if (!('code' in error) || error.code !== 'EADDRINUSE') return error.message
  const { address, port } = error as Error & { readonly address?: string; readonly port?: number }
  return `${address} port ${port}: in use`
}
