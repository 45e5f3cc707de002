// When a lookup ends, and that it changes nothing afterwards.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Lookup } from '../../src/index.ts'
import type { View } from '../model/lookup.model.ts'
import { look, newLookup, play, type Script, script, type Turn } from '../model/lookup.script.ts'
import type { Setup } from '../model/lookup.setup.ts'
import { chance } from '../support/chance.ts'
import { Network, nearest, testNode } from '../support/network.ts'
import { waitedFor } from '../support/reach.ts'
import { walk } from '../support/walk.ts'

function onEveryScript(check: (turns: readonly Turn[], drawn: Script) => void): void {
  fc.assert(
    fc.property(script, (drawn) => {
      check(play(drawn), drawn)
    }),
  )
}

const isOver = ({ phase }: View): boolean => phase === 'complete' || phase === 'aborted'

const isSettled = (view: View, setup: Setup): boolean =>
  waitedFor(view, setup).every(({ state }) => state === 'responded')

describe('ending', () => {
  it('SEARCH-6: complete exactly when all that it waits for have responded', () => {
    onEveryScript((turns, { setup }) => {
      for (const { after } of turns) {
        if (after.phase === 'aborted') continue
        if (isOver(after)) expect(isSettled(after, setup)).toBe(true)
        // With endpoints, nodes that report hardly anything true take no places among the nearest.
        else if (!setup.heedsEndpoints) expect(isSettled(after, setup)).toBe(false)
      }
    })
  })

  it('SEARCH-6: after the end nothing changes, and next always returns done', () => {
    onEveryScript((turns) => {
      for (const { before, after, step, verdict } of turns) {
        if (!isOver(before)) {
          expect(step).not.toBe('done')
          continue
        }
        expect(after).toEqual(before)
        expect(step ?? 'done').toBe('done')
        expect(verdict ?? 'ignored').toBe('ignored')
      }
    })
  })

  it('SEARCH-13: all failures have the same effect, and none ends the lookup by itself', () => {
    fc.assert(
      fc.property(script, ({ setup, ...rest }) => {
        // With contacts that answer soon, a stall says which contact comes next.
        const drawn = { setup: { ...setup, prompt: undefined }, ...rest }
        const byFailure = newLookup(drawn.setup)
        const byImpostor = newLookup(drawn.setup)
        const byStall = newLookup(drawn.setup)
        const ourselves = testNode(drawn.setup.self, 1)
        for (const { event } of play(drawn)) {
          if (event === undefined || event.kind === 'stall') continue
          for (const lookup of [byFailure, byImpostor, byStall]) {
            if (event.kind === 'query') lookup.next()
            if (event.kind === 'abort') lookup.abort()
            if (event.kind === 'respond') {
              lookup.responded(event.asked, { responder: event.responder, closer: event.closer })
            }
          }
          if (event.kind === 'fail') {
            byFailure.failed(event.asked)
            byImpostor.responded(event.asked, { responder: ourselves, closer: drawn.world })
            byStall.stalled(event.asked)
            byStall.failed(event.asked)
          }
          const { tally, ...view } = look(byFailure, drawn.setup.region)
          const { tally: stalledTally, ...stalledView } = look(byStall, drawn.setup.region)
          expect(look(byImpostor, drawn.setup.region)).toEqual({ tally, ...view })
          expect(stalledView).toEqual(view)
          expect({ ...stalledTally, stalled: tally.stalled }).toEqual(tally)
        }
      }),
    )
  })

  it('SEARCH-18, the part of the lookup: it waits only while a query is open', () => {
    onEveryScript((turns) => {
      for (const { step, after } of turns) {
        if (step !== 'wait') continue
        expect(after.candidates.map(({ state }) => state)).toSatisfy(
          (states: string[]) => states.includes('queried') || states.includes('stalled'),
        )
      }
    })
  })

  it('SEARCH-22: after an abort no contact is queried, and the results stay', () => {
    onEveryScript((turns) => {
      const at = turns.findIndex(({ event }) => event?.kind === 'abort')
      if (at < 0) return
      const { before, after } = turns[at]!
      // Contacts that have not responded keep no places among the write targets any more.
      const { writeTargets } = after
      expect(writeTargets).toEqual(expect.arrayContaining([...before.writeTargets]))
      const aborted = { ...before, phase: 'aborted', waitsForStalledOnly: false, writeTargets }
      expect(after).toEqual(isOver(before) ? before : aborted)
      for (const { event, step } of turns.slice(at)) {
        expect(event?.kind).not.toBe('query')
        expect(step ?? 'done').toBe('done')
      }
    })
  })

  it('SEARCH-23: without starting contacts it is done at the first step, with no result', () => {
    const { id } = testNode(1n, 1)
    const lookup = new Lookup({ target: id, self: testNode(2n, 1).id, startingContacts: [] })
    expect(lookup.next()).toEqual({ kind: 'done' })
    expect(lookup.closest()).toEqual([])
    expect(lookup.tally).toEqual({ queried: 0, responded: 0, stalled: 0, failed: 0, hops: 0 })
  })

  it('SEARCH-23: an existing id is found first; our own id finds other nodes only', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 2, max: 30 }), (seed, count) => {
        const random = chance(seed)
        const values = Array.from({ length: count }, () => BigInt(Math.floor(random() * 256)))
        const network = new Network({ values, width: 1, k: 4, random })
        const [asker, other] = network.nodes
        if (asker === undefined || other === undefined) return
        for (const target of [asker, other]) {
          const startingContacts = network.answer(asker, target.value)
          const lookup = new Lookup(
            { target: target.id, self: asker.id, startingContacts },
            { k: 4 },
          )
          walk(lookup, (node) => network.answer(node, target.value, asker), random)
          const others = network.nodes.filter((node) => node !== asker)
          expect(lookup.closest()).toEqual(nearest(others, target.value, 4))
          if (target === other) expect(lookup.closest()[0]).toBe(other)
        }
      }),
    )
  })
})
