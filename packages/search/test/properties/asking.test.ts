// Which contacts a lookup queries, when, and how many at a time, at every step of every hostile
// script.
import type { Id } from '@dht/id'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Lookup } from '../../src/index.ts'
import { name } from '../model/lookup.agreement.ts'
import { endpointOf } from '../model/lookup.facts.ts'
import type { View } from '../model/lookup.model.ts'
import { newLookup, play, type Script, script, type Turn } from '../model/lookup.script.ts'
import type { Setup } from '../model/lookup.setup.ts'
import { type TestNode, testNode } from '../support/network.ts'
import { waitedFor } from '../support/reach.ts'

function onEveryScript(check: (turns: readonly Turn[], drawn: Script) => void): void {
  fc.assert(
    fc.property(script, (drawn) => {
      check(play(drawn), drawn)
    }),
  )
}

const asks = (turns: readonly Turn[]): TestNode[] =>
  turns.flatMap(({ event }) => (event?.kind === 'query' ? [event.asked] : []))

/** The contacts that it queries now. */
function queriesOf(lookup: Lookup<TestNode>): TestNode[] {
  const contacts: TestNode[] = []
  for (let step = lookup.next(); step.kind === 'query'; step = lookup.next()) {
    contacts.push(step.contact)
  }
  return contacts
}

const patient = ({ candidates }: View): number =>
  candidates.filter(({ state }) => state === 'queried').length

const slots = ({ phase }: View, { alpha, finalRoundAlpha }: Setup): number =>
  phase === 'final round' ? finalRoundAlpha : alpha

// The nearest that have neither failed nor stalled; views list candidates nearest first.
const window = (view: View, setup: Setup): View['candidates'] =>
  view.candidates
    .filter(({ state }) => state !== 'failed' && state !== 'stalled')
    .slice(0, waitedFor(view, setup).length)

/** Whether it answers soon, and fewer of those were queried than queries have stalled. */
function mayComeFirst(node: TestNode, view: View, { prompt = [], k }: Setup): boolean {
  const values = prompt.slice(0, k).map(({ value }) => value)
  const queried = view.candidates.filter(({ node: { value }, state }) => {
    return values.includes(value) && state !== 'fresh'
  })
  const isOnItsWay = view.phase === 'approach' && queried.length < view.tally.stalled
  return isOnItsWay && values.includes(node.value)
}

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

  it('SEARCH-3: queries no endpoint twice, no id too often, and never ourselves', () => {
    onEveryScript((turns, { setup }) => {
      const asked = asks(turns)
      const most = setup.heedsEndpoints ? setup.contactsPerId : 1
      for (const { value } of asked) {
        expect(value).not.toBe(setup.self)
        const times = asked.filter((other) => other.value === value).length
        expect(times).toBeLessThanOrEqual(most)
      }
      if (!setup.heedsAddresses && !setup.heedsEndpoints) return
      const endpoints = asked.map((node) => endpointOf(setup, node))
      expect(new Set(endpoints).size).toBe(endpoints.length)
      const addresses = setup.heedsAddresses ? asked.map(({ address }) => address) : []
      for (const own of setup.ownAddresses) expect([...endpoints, ...addresses]).not.toContain(own)
    })
  })

  // With `endpointOf` it also depends on who named a contact. The model says how.
  it('SEARCH-4: queries the nearest fresh one of those that it waits for', () => {
    onEveryScript((turns, { setup }) => {
      for (const { event, before } of turns) {
        if (event?.kind !== 'query' || setup.heedsEndpoints) continue
        const fresh = window(before, setup).filter(({ state }) => state === 'fresh')
        if (!mayComeFirst(event.asked, before, setup)) expect(event.asked).toBe(fresh[0]?.node)
      }
    })
  })

  it('SEARCH-40: for each query that stalls on the way, one to a node that answers soon', () => {
    const setups = fc.record({
      alpha: fc.integer({ min: 1, max: 5 }),
      slow: fc.integer({ min: 6, max: 30 }),
      prompt: fc.integer({ min: 6, max: 30 }),
    })
    fc.assert(
      fc.property(setups, ({ alpha, slow, prompt }) => {
        const nodes = Array.from({ length: slow + prompt }, (_, i) => testNode(BigInt(i + 1), 1))
        const [near, far] = [nodes.slice(0, slow), nodes.slice(slow)]
        const init = {
          ...{ target: testNode(0n, 1).id, self: testNode(255n, 1).id, startingContacts: near },
          promptContacts: (_near: Id, count: number) => far.slice(0, count),
        }
        const lookup = new Lookup<TestNode>(init, { k: 8, alpha })
        const first = queriesOf(lookup)
        expect(first).toEqual(near.slice(0, alpha))
        for (const node of first) lookup.stalled(node)
        expect(queriesOf(lookup)).toEqual(far.slice(0, alpha))
        lookup.failed(far[0]!)
        expect(queriesOf(lookup)).toEqual([near[alpha]])
      }),
    )
  })

  it('SEARCH-4, SEARCH-27: queries only fresh ids, and stalled ones at another endpoint', () => {
    onEveryScript((turns) => {
      for (const { event, before } of turns) {
        if (event?.kind !== 'query') continue
        const asked = before.candidates.find(({ node }) => node.value === event.asked.value)
        expect(['fresh', 'stalled']).toContain(asked?.state)
      }
    })
  })

  it('SEARCH-5: waits only when all slots are taken or no contact is left to query', () => {
    onEveryScript((turns, { setup }) => {
      for (const { step, after } of turns) {
        if (step !== 'wait' || patient(after) >= slots(after, setup)) continue
        // Contacts for which nobody speaks are queried when no other query is open.
        if (setup.heedsEndpoints && patient(after) > 0) continue
        expect(window(after, setup).map(({ state }) => state)).not.toContain('fresh')
      }
    })
  })

  it('SEARCH-7: ends after any events, within min(contacts seen, maxQueries) queries', () => {
    onEveryScript((turns, { setup, world }) => {
      const lookup = newLookup(setup)
      const { startingContacts, more = [], prompt = [] } = setup
      const seen = new Set([...startingContacts, ...more, ...prompt, ...world].map(name))
      for (const { event } of turns) {
        if (event?.kind !== 'respond') continue
        for (const node of [event.responder, ...event.closer]) seen.add(name(node))
      }
      const asked: TestNode[] = []
      for (const { event } of turns) {
        if (event?.kind === 'query') {
          const step = lookup.next()
          if (step.kind === 'query') asked.push(step.contact)
        }
        if (event?.kind === 'fail') lookup.failed(event.asked)
        if (event?.kind === 'respond') {
          lookup.responded(event.asked, { responder: event.responder, closer: event.closer })
        }
      }
      for (const contact of asked) lookup.failed(contact)
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
        const asked = new Set(asks(turns).map(({ value }) => value))
        const fresh = after.candidates.filter(({ node, state }) => {
          return state === 'fresh' && !asked.has(node.value)
        }).length
        expect(fresh).toBeLessThanOrEqual(setup.shortlistSize)
        expect(after.candidates.length - fresh).toBeLessThanOrEqual(2 * setup.maxQueries)
      }
    })
  })
})
