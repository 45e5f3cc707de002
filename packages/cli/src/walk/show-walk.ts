// Shows how a lookup goes: as a tree that grows on a terminal, else as one line for each step.

import type { TracedLookup, TraceStep } from '@dht/node'
import { createLogUpdate } from 'log-update'
import picocolors from 'picocolors'
import type { Output } from '../io.ts'
import { printable } from '../output/printable.ts'
import { stepLine } from './step-line.ts'
import { Walk } from './walk.ts'
import { walkTree } from './walk-tree.ts'

export interface WalkView extends Disposable {
  readonly take: (lookup: TracedLookup, step: TraceStep) => void
  /** Writes to a stream that may be the same terminal. */
  readonly beside: (write: () => void) => void
}

const REDRAW_MS = 80

/** @param to - a terminal, or not. What was drawn last stays when it is disposed of. */
export function showWalk(to: Output): WalkView {
  return to.isTTY === true ? drawWalks(to) : tellSteps(to)
}

function tellSteps(to: Output): WalkView {
  const walks = new Walks()
  return {
    take: (lookup, step) => {
      const walk = walks.take(lookup, step)
      to.write(`${printable(stepLine(step, walk))}\n`)
    },
    beside: (write) => write(),
    [Symbol.dispose]: () => {},
  }
}

function drawWalks(to: Output): WalkView {
  const walks = new Walks()
  const colors = picocolors.createColors(isColorWanted())
  const update = createLogUpdate(to as NodeJS.WriteStream)
  const draw = (): void => {
    const trees = walks.all.flatMap((walk) => walkTree(walk, colors))
    if (trees.length > 0) update(trees.join('\n'))
  }
  const timer = setInterval(draw, REDRAW_MS)
  return {
    take: (lookup, step) => void walks.take(lookup, step),
    beside: (write) => {
      update.clear()
      write()
      draw()
    },
    [Symbol.dispose]: () => {
      clearInterval(timer)
      // A frame holds what fits into the terminal; the last drawing holds all.
      update.clear()
      const trees = walks.all.flatMap((walk) => walkTree(walk, colors))
      for (const line of trees) to.write(`${line}\n`)
      update.done()
    },
  }
}

/** See no-color.org; a terminal that is dumb has no colours. */
function isColorWanted(): boolean {
  return !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb'
}

/** The lookups of one command: one for each address family, or more. */
class Walks {
  readonly #walks = new Map<number, Walk>()

  get all(): readonly Walk[] {
    return [...this.#walks.values()]
  }

  take(lookup: TracedLookup, step: TraceStep): Walk {
    const walk = this.#walks.get(lookup.lookupId) ?? new Walk(lookup)
    this.#walks.set(lookup.lookupId, walk)
    walk.take(step)
    return walk
  }
}
