// What the program may use of its surroundings: two streams and the operation to stop. Results for
// people and machines go to `out`; progress and errors go to `err`, so that `out` can be piped.

import type { Writable } from 'node:stream'
import pico from 'picocolors'

// picocolors: seven kilobytes, no dependencies, and colours can be made per stream.
export type Colors = ReturnType<typeof pico.createColors>

export interface Io {
  readonly out: Writable
  readonly err: Writable
  /** Aborted when the user wants the program to end. */
  readonly stop: AbortSignal
  /** Colours for `out`, and for `err`; plain text where a stream shows none. */
  readonly outColors: Colors
  readonly errColors: Colors
  /** Whether `err` is a terminal on which lines may be drawn over. */
  readonly isLively: boolean
}

/** The surroundings of a process. Node knows NO_COLOR, FORCE_COLOR and TERM itself. */
export function processIo(stop: AbortSignal): Io {
  const { stdout, stderr, env } = process
  // Of a pipe `isTTY` is undefined, and `createColors(undefined)` colours wherever CI is set.
  const shows = (stream: NodeJS.WriteStream): boolean => stream.isTTY === true && stream.hasColors()
  const plain = 'CI' in env || 'NO_COLOR' in env || env['TERM'] === 'dumb'
  return {
    out: stdout,
    err: stderr,
    stop,
    outColors: pico.createColors(shows(stdout)),
    errColors: pico.createColors(shows(stderr)),
    isLively: stderr.isTTY && !plain,
  }
}
