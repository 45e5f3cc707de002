// Where the program starts: the process's streams and signals go in, its exit code comes out.

import { run } from './run.ts'

const stop = new AbortController()
// Once: a second Ctrl-C finds no listener and ends the process the hard way.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort(signal))

process.exitCode = await run(process.argv.slice(2), {
  in: process.stdin,
  out: process.stdout,
  err: process.stderr,
  stop,
  onInfoWanted: (tell) => void process.on('SIGUSR2', tell),
})
