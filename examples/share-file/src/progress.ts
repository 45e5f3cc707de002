// How the program shows that it is at work: one step at a time, with a spinner and a bar where
// lines can be drawn over, else with a plain line for each step and each quarter of it.

import yoctoSpinner from 'yocto-spinner'
import type { Io } from './io.ts'

export interface Step {
  /** @param part - how much is done, 0 to 1 */
  update(part: number, text: string): void
  done(text: string): void
  /** Ends a step that came to nothing; the error itself is told elsewhere. */
  drop(): void
}

/** Begins a step. */
export function beginStep(text: string, io: Io): Step {
  return io.isLively ? livelyStep(text, io) : plainStep(text, io)
}

const BAR_CELLS = 20

// yocto-spinner: one dependency; draws without flicker, gives the cursor back. Signals are ours.
function livelyStep(title: string, { err, errColors }: Io): Step {
  const spinner = yoctoSpinner({ text: title, stream: err, handleSignals: false }).start()
  return {
    update(part, text) {
      const full = Math.round(part * BAR_CELLS)
      const bar = errColors.cyan('━'.repeat(full)) + errColors.dim('━'.repeat(BAR_CELLS - full))
      spinner.text = `${title} ${bar} ${text}`
    },
    done: (text) => void spinner.success(text),
    drop: () => void spinner.stop(),
  }
}

function plainStep(title: string, { err }: Io): Step {
  let quarters = 0
  err.write(`- ${title}\n`)
  return {
    update(part, text) {
      const reached = Math.floor(part * 4)
      if (reached > quarters && reached < 4) err.write(`  ${text}\n`)
      quarters = Math.max(quarters, reached)
    },
    done: (text) => void err.write(`✔ ${text}\n`),
    drop: () => {},
  }
}

/** Runs `work` as one step; `summary` turns its result into the step's last line. */
export async function asStep<T>(
  text: string,
  io: Io,
  { work, summary }: { work: (step: Step) => Promise<T>; summary: (result: T) => string },
): Promise<T> {
  const step = beginStep(text, io)
  try {
    const result = await work(step)
    step.done(summary(result))
    return result
  } catch (error) {
    step.drop()
    throw error
  }
}
