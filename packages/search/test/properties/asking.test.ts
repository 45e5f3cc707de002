// Which contacts a lookup queries, when, and how many at a time, at every step of every hostile
// script.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Setup, View } from '../model/lookup.model.ts'
import { newLookup, play, type Script, script, type Turn } from '../model/lookup.script.ts'
import type { TestNode } from '../support/network.ts'

function onEveryScript(check: (turns: readonly Turn[], drawn: Script) => void): void {
  fc.assert(
    fc.property(script, (drawn) => {
      check(play(drawn), drawn)
    }),
  )
}

const asks = (turns: readonly Turn[]): TestNode[] =>
  turns.flatMap(({ event }) => (event?.kind === 'query' ? [event.asked] : []))

const patient = ({ candidates }: View): number =>
  candidates.filter(({ state }) => state === 'queried').length

const slots = ({ phase }: View, { alpha, finalRoundAlpha }: Setup): number =>
  phase === 'final round' ? finalRoundAlpha : alpha

// The k nearest that have neither failed nor stalled; views list candidates nearest first.
const window = ({ candidates }: View, { k }: Setup): View['candidates'] =>
  candidates.filter(({ state }) => state !== 'failed' && state !== 'stalled').slice(0, k)

describe('queries of a lookup', () => {
  it('SEARCH-2: at most alpha are open before the final round, finalRoundAlpha at any time', () => {
    onEveryScript((turns, { setup }) => {
      for (const { event, before, after } of turns) {
        expect(patient(after)).toBeLessThanOrEqual(setup.finalRoundAlpha)
        if (event?.kind !== 'query') continue
        expect(patient(after)).toBeLessThanOrEqual(slots(before, setup))
      }
    })
  })

  it('SEARCH-3: no id and no address is queried twice, our own never', () => {
    onEveryScript((turns, { setup }) => {
      const asked = asks(turns)
      const ids = asked.map(({ value }) => value)
      expect(new Set(ids).size).toBe(ids.length)
      expect(ids).not.toContain(setup.self)
      if (!setup.heedsAddresses) return
      const addresses = asked.map(({ address }) => address)
      expect(new Set(addresses).size).toBe(addresses.length)
      for (const own of setup.ownAddresses) expect(addresses).not.toContain(own)
    })
  })

  it('SEARCH-4: queries the nearest fresh one of the k nearest neither failed nor stalled', () => {
    onEveryScript((turns, { setup }) => {
      for (const { event, before } of turns) {
        if (event?.kind !== 'query') continue
        const fresh = window(before, setup).filter(({ state }) => state === 'fresh')
        expect(event.asked).toBe(fresh[0]?.node)
      }
    })
  })

  it('SEARCH-5: waits only when all slots are taken or no contact is left to query', () => {
    onEveryScript((turns, { setup }) => {
      for (const { step, after } of turns) {
        if (step !== 'wait' || patient(after) >= slots(after, setup)) continue
        expect(window(after, setup).map(({ state }) => state)).not.toContain('fresh')
      }
    })
  })

  it('SEARCH-7: ends after any events, within min(ids seen, maxQueries) queries', () => {
    onEveryScript((turns, { setup, world }) => {
      const lookup = newLookup(setup)
      const seen = new Set([...setup.startingContacts, ...world].map(({ value }) => value))
      for (const { event } of turns) {
        if (event?.kind !== 'respond') continue
        for (const { value } of [event.responder, ...event.closer]) seen.add(value)
      }
      for (const { event } of turns) {
        if (event?.kind === 'query') lookup.next()
        if (event?.kind === 'fail') lookup.failed(event.asked)
        if (event?.kind === 'respond') {
          lookup.responded(event.asked, { responder: event.responder, closer: event.closer })
        }
      }
      const pending = lookup.snapshot().candidates.filter(({ state }) => state === 'queried')
      for (const { contact } of pending) lookup.failed(contact)
      let turnsLeft = setup.maxQueries
      let step = lookup.next()
      for (; step.kind === 'query' && turnsLeft > 0; step = lookup.next(), turnsLeft--) {
        lookup.failed(step.contact)
      }
      expect(step.kind).toBe('done')
      expect(lookup.tally.queried).toBeLessThanOrEqual(Math.min(seen.size, setup.maxQueries))
    })
  })

  it('keeps at most shortlistSize unqueried candidates, and 2 * maxQueries others', () => {
    onEveryScript((turns, { setup }) => {
      for (const { after } of turns) {
        const fresh = after.candidates.filter(({ state }) => state === 'fresh').length
        expect(fresh).toBeLessThanOrEqual(setup.shortlistSize)
        expect(after.candidates.length - fresh).toBeLessThanOrEqual(2 * setup.maxQueries)
      }
    })
  })
})
