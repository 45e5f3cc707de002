// What every command gets: its surroundings, and a way to say how it ended.

import type { Io } from './io.ts'

export interface Context {
  readonly io: Io
  /** Sets the exit code of the command; the default is 0. */
  readonly finish: (exitCode: number) => void
}
