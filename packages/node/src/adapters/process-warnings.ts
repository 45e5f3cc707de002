// Where warnings go unless the user chose: to the process, which prints each to stderr with its
// code. There they follow what Node's users know: `process.on('warning')`, `--no-warnings`,
// `--disable-warning=DhtWarning`.

import type { Warning } from '../shell/plain.ts'

/** The part of `process` that is used here. Other runtimes may lack it. */
interface Emitter {
  emitWarning?(message: string, options: { type: string; code: string; detail?: string }): void
}

/** Does nothing where there is no `process.emitWarning`. */
export function processWarning({ code, message, cause }: Warning): void {
  const { process } = globalThis as { process?: Emitter }
  const detail = cause === undefined ? {} : { detail: `${cause.name}: ${cause.message}` }
  process?.emitWarning?.(message, { type: 'DhtWarning', code, ...detail })
}
