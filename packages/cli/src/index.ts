// The exports of @dht/cli: the command line as a function, for programs that are commands
// themselves.

export { runCommandLine } from './command-line.ts'
export type { Io } from './io.ts'
