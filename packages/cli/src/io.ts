// What a command may use of its surroundings. Results go to `out`; the log, progress and errors go
// to `err`.

import type { Readable, Writable } from 'node:stream'

/** A stream that may be a terminal. */
export interface Output extends Writable {
  readonly isTTY?: boolean
}

/** Why a command ends when nobody reads its output any more. */
export const OUTPUT_CLOSED = 'the output was closed'

/** A stream that may be a terminal. */
export interface Input extends Readable {
  readonly isTTY?: boolean
}

export interface Io {
  readonly in: Input
  readonly out: Output
  readonly err: Output
  /** Aborted when the command is to end. */
  readonly stop: AbortController
  /** Lets another process request the node's info, for example by a signal. */
  readonly onInfoWanted: (tell: () => void) => void
  /** Lets the terminal, or another process, say that it hangs up (SIGHUP). */
  readonly onHangup?: (hangUp: () => void) => void
}
