// What the program may use of its surroundings. Answers go to `out`; the log and errors go to
// `err`.

import type { Readable, Writable } from 'node:stream'

export interface Io {
  readonly in: Readable
  readonly out: Writable
  readonly err: Writable
  /** Aborted when the program is to end. */
  readonly stop: AbortController
  /** Lets another process request the node's info, for example by a signal. */
  readonly onInfoWanted: (tell: () => void) => void
}
