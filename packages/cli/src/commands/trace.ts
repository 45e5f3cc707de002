// Whether and how a command shows the steps of its lookup.

import type { Command } from 'commander'
import type { Io } from '../io.ts'
import { writeJson } from '../output/json.ts'
import { showProgress } from '../output/progress.ts'
import type { StepPart } from '../requests/request.ts'
import { showWalk } from '../walk/show-walk.ts'

export interface TraceSettings {
  /** Undefined: on a terminal, unless JSON is wanted. */
  readonly trace?: boolean
  readonly json?: boolean
}

export function addTraceOption(command: Command): Command {
  return command
    .option('--trace', 'shows each step (default: on a terminal); with --json one on each line')
    .option('--no-trace', 'shows no steps')
}

export function isTraced({ trace, json = false }: TraceSettings, { err }: Io): boolean {
  return trace ?? (err.isTTY === true && !json)
}

export interface StepView extends Disposable {
  readonly take: (part: StepPart) => void
  /** Writes results, which may go to the same terminal. */
  readonly beside: (write: () => void) => void
}

/** @param progress - shown while no steps are */
export function viewFor(settings: TraceSettings, io: Io, progress: () => string): StepView {
  if (!isTraced(settings, io)) {
    const shown = showProgress(io.err, progress)
    const close = (): void => shown[Symbol.dispose]()
    return { take: () => {}, beside: (write) => write(), [Symbol.dispose]: close }
  }
  if (settings.json) {
    const take = (part: StepPart): void => writeJson(io.out, part)
    return { take, beside: (write) => write(), [Symbol.dispose]: () => {} }
  }
  const view = showWalk(io.err)
  const take = ({ lookup, step }: StepPart): void => view.take(lookup, step)
  return { take, beside: view.beside, [Symbol.dispose]: () => view[Symbol.dispose]() }
}
