#!/usr/bin/env node
// Where the command starts: the process's streams and signals go in, its exit code comes out.

import { runCommandLine } from './command-line.ts'
import { OUTPUT_CLOSED } from './io.ts'

const stop = new AbortController()
// Once: a second Ctrl-C finds no listener and ends the process at once.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort(signal))

// A reader such as `head` may close the pipe early: then there is nothing left to do.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  stop.abort(OUTPUT_CLOSED)
})

process.exitCode = await runCommandLine(process.argv.slice(2), {
  in: process.stdin,
  out: process.stdout,
  err: process.stderr,
  stop,
  onInfoWanted: (tell) => void process.on('SIGUSR2', tell),
  onHangup: (hangUp) => void process.on('SIGHUP', hangUp),
})
