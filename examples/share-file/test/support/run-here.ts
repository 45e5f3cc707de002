// The program in this process, with streams that record.

import { PassThrough } from 'node:stream'
import pico from 'picocolors'
import type { Io } from '../../src/io.ts'
import { run } from '../../src/run.ts'

export interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

export interface Recorder {
  readonly io: Io
  readonly out: () => string
  readonly err: () => string
}

/** An environment without a terminal. */
export function recorder(stop: AbortSignal = new AbortController().signal): Recorder {
  const plain = pico.createColors(false)
  const streams = { out: new PassThrough(), err: new PassThrough() }
  const written = { out: '', err: '' }
  streams.out.on('data', (chunk) => {
    written.out += chunk
  })
  streams.err.on('data', (chunk) => {
    written.err += chunk
  })
  return {
    io: { ...streams, stop, outColors: plain, errColors: plain, isLively: false },
    out: () => written.out,
    err: () => written.err,
  }
}

export async function runHere(argv: readonly string[], stop?: AbortSignal): Promise<Ran> {
  const { io, out, err } = recorder(stop)
  const code = await run(argv, io)
  return { code, out: out(), err: err() }
}
