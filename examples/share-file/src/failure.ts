// What can go wrong for the user, as one line and an exit code. Whatever is thrown anywhere in the
// program is turned into such a line here; nobody is shown a stack trace.

import { IdFormatError, IdLengthError } from '@dht/id'
import { BindError } from '@dht/krpc/udp'
import { DhtNodeError } from '@dht/node'

export const ExitCode = {
  ok: 0,
  /** Something of this machine: a file, a port. */
  failed: 1,
  /** The command line. */
  usage: 2,
  /** Nobody in the network knows the identity. */
  notFound: 3,
  /** There are endpoints, but none that gave the bytes of the identity. */
  notVerified: 4,
  /** Ended by Ctrl-C or a signal, as shells report it. */
  interrupted: 130,
} as const

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode]

/** A failure that is said in one line. */
export class Failure extends Error {
  readonly exitCode: ExitCode

  constructor(message: string, exitCode: ExitCode = ExitCode.failed) {
    super(message)
    this.exitCode = exitCode
  }
}

const SYSTEM_ERRORS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory',
  ENOTDIR: 'no such file or directory',
  EISDIR: 'that is a directory',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ELOOP: 'the links go round in a circle',
  ENOSPC: 'the disk is full',
  EROFS: 'the disk is read-only',
  EADDRINUSE: 'the port is in use',
  EADDRNOTAVAIL: 'this machine has no such address',
}

interface SystemError extends Error {
  readonly code: string
  readonly path?: string
  readonly address?: string
  readonly port?: number
}

/** Any error as a failure. */
export function toFailure(error: unknown): Failure {
  if (error instanceof Failure) return error
  if (BindError.is(error)) return new Failure(`cannot open the UDP socket: ${bindMessage(error)}`)
  if (IdLengthError.is(error) || IdFormatError.is(error)) {
    return new Failure(`identity: ${error.message}`, ExitCode.usage)
  }
  if (DhtNodeError.is(error) && error.code === 'ERR_DHT_NODE_ARGUMENT') {
    return new Failure(error.message, ExitCode.usage)
  }
  if (isSystemError(error)) return new Failure(systemMessage(error))
  return new Failure(error instanceof Error ? error.message : String(error))
}

function bindMessage(error: BindError): string {
  return isSystemError(error.cause) ? systemMessage(error.cause) : error.message
}

function isSystemError(error: unknown): error is SystemError {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
}

function systemMessage(error: SystemError): string {
  const reason = SYSTEM_ERRORS[error.code]
  if (reason === undefined) return error.message
  const { path, address, port } = error
  if (path !== undefined) return `${path}: ${reason}`
  const place = address?.includes(':') ? `[${address}]` : address
  return place === undefined ? reason : `${place}:${port}: ${reason}`
}
