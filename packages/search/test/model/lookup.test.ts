// The machine and the naive model agree on every turn of every hostile script.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type HistoryEvent, nextOf, viewOf } from './lookup.model.ts'
import { play, type Script, script, type Turn } from './lookup.script.ts'

const runs = { numRuns: 3 * (fc.readConfigureGlobal().numRuns ?? 100) }

function agrees({ setup }: Script, turns: readonly Turn[]): void {
  const history: HistoryEvent[] = []
  for (const { event, step, after } of turns) {
    if (step !== undefined) expect(step).toEqual(nextOf(setup, history))
    if (event !== undefined) history.push(event)
    expect(after).toEqual(viewOf(setup, history))
  }
}

describe('lookup beside its model', () => {
  it('SEARCH-1: shows what the naive model tells from the whole history, after each event', () => {
    fc.assert(
      fc.property(script, (drawn) => {
        agrees(drawn, play(drawn))
      }),
      runs,
    )
  })

  it('SEARCH-1: the same events give the same turns', () => {
    fc.assert(
      fc.property(script, (drawn) => {
        expect(play(drawn)).toEqual(play(drawn))
      }),
    )
  })

  it('the scripts reach every corner that the properties speak of', () => {
    const seen = new Map<string, number>()
    const count = (corner: string): void => {
      seen.set(corner, (seen.get(corner) ?? 0) + 1)
    }
    for (const drawn of fc.sample(script, { numRuns: 600, seed: 1 })) {
      for (const { event, step, verdict, before, after } of play(drawn)) {
        count(after.phase)
        if (step !== undefined) count(typeof step === 'string' ? step : 'ask')
        if (verdict !== undefined) count(verdict)
        for (const { state } of after.candidates) count(state)
        if (after.tally.asked === drawn.setup.maxQueries) count('budget spent')
        const fresh = after.candidates.filter(({ state }) => state === 'fresh').length
        if (fresh === drawn.setup.shortlistSize) count('shortlist full')
        const was = before.candidates.find(
          ({ node }) => event && 'asked' in event && node === event.asked,
        )
        if (verdict === 'accepted' && was?.state === 'stalled') count('late answer')
        if (before.phase === 'endgame' && after.phase === 'approach') count('back to approach')
        if (after.tally.hops > 2) count('third hop')
        if (before.phase === 'complete' && event !== undefined) count('event after done')
      }
    }
    const corners = [
      ...['approach', 'endgame', 'complete', 'aborted', 'ask', 'wait', 'done'],
      ...['accepted', 'renamed', 'rejected', 'ignored'],
      ...['fresh', 'asked', 'stalled', 'replied', 'failed'],
      ...['budget spent', 'shortlist full', 'late answer', 'back to approach', 'third hop'],
      'event after done',
    ]
    for (const corner of corners) expect([corner, seen.get(corner) ?? 0]).toSatisfy(enough)
  })
})

const enough = ([, times]: [string, number]): boolean => times >= 10
