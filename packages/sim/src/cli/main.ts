#!/usr/bin/env node
// The entry point of `dht-sim`: connects the command line with the real streams and the real clock.

import { SCENARIOS } from '../scenarios/scenarios.ts'
import { runCommandLine } from './command-line.ts'

// A reader such as `head` may close the pipe early: then nothing more is to be printed.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit()
})

process.exitCode = runCommandLine(process.argv.slice(2), {
  scenarios: SCENARIOS,
  print: (line) => void process.stdout.write(`${line}\n`),
  display: {
    isTerminal: process.stderr.isTTY === true,
    columns: process.stderr.columns ?? 100,
    now: () => performance.now(),
    write: (text) => void process.stderr.write(text),
  },
})
