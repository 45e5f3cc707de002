#!/usr/bin/env node
// Where the command starts: the process's streams and signals go in, its exit code comes out.

import { runCommandLine } from './command-line.ts'
import { EXIT } from './exit.ts'
import { OUTPUT_CLOSED } from './io.ts'

const stop = new AbortController()
// Once: a second Ctrl-C finds no listener and ends the process at once.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort(signal))

// A reader such as `head` may close the pipe early: then there is nothing left to do.
function ifClosed({ code }: NodeJS.ErrnoException): boolean {
  if (code === 'EPIPE') stop.abort(OUTPUT_CLOSED)
  return code === 'EPIPE'
}

process.stdout.on('error', (error) => {
  if (ifClosed(error)) return
  process.stderr.write(`error: the output: ${error.message}\n`)
  process.exitCode = EXIT.failed
  stop.abort(error)
})

// Nobody can be told of a log that can't be written, and the node can do without.
process.stderr.on('error', ifClosed)

const exitCode = await runCommandLine(process.argv.slice(2), {
  in: process.stdin,
  out: process.stdout,
  err: process.stderr,
  stop,
  onInfoWanted: (tell) => void process.on('SIGUSR2', tell),
  onHangup: (hangUp) => void process.on('SIGHUP', hangUp),
})

// It is set already when the output could not be written.
process.exitCode ??= exitCode
