// Whether the steps of a lookup are those that the model derives from the whole history.
import { expect } from 'vitest'
import type { TestNode } from '../support/network.ts'
import { nextOf, type View, viewOf } from './lookup.model.ts'
import type { Turn } from './lookup.script.ts'
import type { HistoryEvent, Setup } from './lookup.setup.ts'

export const name = ({ value, address, port = 0 }: TestNode) => `${value}@${address}:${port}`

/** Faster than `expect`: thousands of views are compared. */
export function textOf(view: View): string {
  const { phase, candidates, closest, writeTargets, tally } = view
  return [
    phase,
    `${view.waitsForStalledOnly} ${view.pending}`,
    ...candidates.map(({ node, state, hop, token }) => [name(node), state, hop, token].join(' ')),
    closest.map(name).join(' '),
    view.responders.map(name).join(' '),
    `${view.countWithin} of ${view.unsettledWithin.map(name).join(' ')}`,
    writeTargets.map(({ node, token }) => `${name(node)} ${token}`).join(' '),
    [tally.queried, tally.responded, tally.stalled, tally.failed, tally.hops].join(' '),
  ].join('\n')
}

export function agrees(setup: Setup, turns: readonly Turn[]): void {
  const history: HistoryEvent[] = []
  for (const { event, step, after } of turns) {
    if (step !== undefined) expect(step).toEqual(nextOf(setup, history))
    if (event !== undefined) history.push(event)
    const expected = viewOf(setup, history)
    if (textOf(after) !== textOf(expected)) expect(after).toEqual(expected)
  }
}
