// Where warnings go by default: to the process, which prints each to stderr with its code. The
// usual ways of Node apply: `process.on('warning')`, `--no-warnings`,
// `--disable-warning=DhtWarning`.

import type { PrintedWarning } from '../ports/platform.ts'

/** The part of `process` that is used here. Other runtimes may lack it. */
interface Emitter {
  emitWarning?(message: string, options: { type: string; code: string; detail?: string }): void
}

/** Does nothing on runtimes without `process.emitWarning`. */
export function processWarning({ code, message, cause }: PrintedWarning): void {
  const { process } = globalThis as { process?: Emitter }
  const detail = cause === undefined ? {} : { detail: `${cause.name}: ${cause.message}` }
  process?.emitWarning?.(message, { type: 'DhtWarning', code, ...detail })
}
