// False replies: how much one can claim, under which id, and how little effect it has.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Lookup } from '../../src/index.ts'
import { play, type Script, script, type Turn } from '../model/lookup.script.ts'
import { below, chance, sample } from '../support/chance.ts'
import { nearest, type TestNode, testNode } from '../support/network.ts'
import { walk } from '../support/walk.ts'

function onEveryReply(
  check: (turn: Turn, drawn: Script, former: readonly TestNode[]) => void,
): void {
  fc.assert(
    fc.property(script, (drawn) => {
      const { startingContacts, more = [] } = drawn.setup
      const former = [...startingContacts, ...more]
      for (const turn of play(drawn)) {
        if (turn.event?.kind !== 'respond') continue
        check(turn, drawn, former)
        former.push(...turn.event.closer)
      }
    }),
  )
}

describe('false replies', () => {
  it('SEARCH-12: a response under another id fails the contact and adds the responder', () => {
    onEveryReply(({ event, verdict, before, after }, { setup }) => {
      if (event?.kind !== 'respond' || verdict === 'ignored') return
      const { asked, responder } = event
      const stateOf = ({ value }: TestNode, view = after): string | undefined =>
        view.candidates.find(({ node }) => node.value === value)?.state
      if (verdict === 'accepted') {
        expect(responder.value).toBe(asked.value)
        expect(stateOf(asked)).toBe('responded')
        return
      }
      // Another contact with its id may be queried.
      if (setup.heedsEndpoints) expect(stateOf(asked)).not.toBe('responded')
      else expect(stateOf(asked)).toBe('failed')
      const isKnown = before.candidates.some(({ node }) => node.value === responder.value)
      const isWelcome = !isKnown && responder.value !== setup.self && responder.id.length === 1
      expect(verdict).toBe(isWelcome ? 'renamed' : 'rejected')
      if (isWelcome) expect(stateOf(responder)).toBe('responded')
      else expect(after.responders).toEqual(before.responders)
    })
  })

  it('SEARCH-12, BUG-23: many invented ids at one address cause one query', () => {
    const liar = { ...testNode(200n, 1), address: 'lair' }
    const invented = [1n, 2n, 3n, 4n, 5n, 6n].map((value) => ({
      ...testNode(value, 1),
      address: 'lair',
    }))
    const honest = [32n, 33n, 34n, 35n].map((value) => testNode(value, 1))
    const asked: TestNode[] = []
    const lookup = new Lookup<TestNode>(
      {
        target: testNode(0n, 1).id,
        self: testNode(99n, 1).id,
        startingContacts: [...invented, ...honest],
      },
      { k: 4, addressOf: ({ address }) => address },
    )
    for (let step = lookup.next(); step.kind === 'query'; step = lookup.next()) {
      asked.push(step.contact)
      const isLair = step.contact.address === 'lair'
      lookup.responded(step.contact, { responder: isLair ? liar : step.contact, closer: [] })
    }
    expect(asked.filter(({ address }) => address === 'lair')).toHaveLength(1)
    expect(lookup.closest().map(({ value }) => value)).toEqual([32n, 33n, 34n, 35n])
  })

  it('SEARCH-12, BUG-23: without addresses too, only the id of the response counts', () => {
    const liar = testNode(200n, 1)
    const invented = [1n, 2n, 3n].map((value) => testNode(value, 1))
    const lookup = new Lookup<TestNode>(
      { target: testNode(0n, 1).id, self: testNode(99n, 1).id, startingContacts: invented },
      { k: 3 },
    )
    for (let step = lookup.next(); step.kind === 'query'; step = lookup.next()) {
      lookup.responded(step.contact, { responder: liar, closer: [] })
    }
    expect(lookup.closest()).toEqual([liar])
    expect(lookup.tally.failed).toBe(3)
  })

  it('SEARCH-36: what only nodes with another id report is queried when nothing else is', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 4 }), (seed, k) => {
        const random = chance(seed)
        const claims = [1n, 2n, 3n, 4n, 5n].map((value) => testNode(value, 1))
        const near = [32n, 33n, 34n, 35n].map((value) => testNode(value, 1))
        const changed = [64n, 65n].map((value) => testNode(value, 1))
        const honest = [66n, 67n, 68n, 69n].map((value) => testNode(value, 1))
        const lookup = new Lookup<TestNode>(
          {
            target: testNode(0n, 1).id,
            self: testNode(99n, 1).id,
            startingContacts: [...changed, ...honest],
            region: 0.001,
          },
          { k, endpointOf: ({ address }) => address },
        )
        const open: TestNode[] = []
        for (;;) {
          for (let step = lookup.next(); step.kind === 'query'; step = lookup.next()) {
            if (claims.includes(step.contact)) expect(open).toEqual([])
            open.push(step.contact)
          }
          const [asked] = open.splice(below(open.length, random), 1)
          if (asked === undefined) break
          const isChanged = changed.includes(asked)
          const responder = isChanged ? testNode(asked.value + 64n, 1) : asked
          const named = honest.includes(asked) ? near : []
          lookup.responded(asked, { responder, closer: isChanged ? claims : named })
        }
        const found = lookup.responders().filter(({ value }) => near.some((n) => n.value === value))
        expect(found.length).toBeGreaterThanOrEqual(Math.min(k, near.length))
      }),
    )
  })

  it('SEARCH-15: ids that never respond cost one query each and change nothing else', () => {
    const world = fc.record({
      seed: fc.nat(),
      honest: fc.integer({ min: 1, max: 30 }),
      invented: fc.nat(30),
      k: fc.integer({ min: 1, max: 6 }),
      alpha: fc.integer({ min: 1, max: 6 }),
    })
    fc.assert(
      fc.property(world, ({ seed, honest, invented, k, alpha }) => {
        const random = chance(seed)
        const values = sample(
          Array.from({ length: 255 }, (_, value) => BigInt(value)),
          honest + invented,
          random,
        )
        const nodes = values.map((value) => testNode(value, 1))
        const silent = new Set(nodes.slice(honest))
        const seen = new Set<TestNode>(sample(nodes, k, random))
        const lookup = new Lookup<TestNode>(
          { target: testNode(7n, 1).id, self: testNode(255n, 1).id, startingContacts: [...seen] },
          { k, alpha, maxQueries: nodes.length },
        )
        const { asked } = walk(
          lookup,
          (node) => {
            if (silent.has(node)) return 'silence'
            const named = sample(nodes, k, random)
            for (const heard of named) seen.add(heard)
            return named
          },
          random,
        )
        const responding = [...seen].filter((node) => !silent.has(node))
        expect(lookup.closest()).toEqual(nearest(responding, 7n, k))
        expect(asked.length).toBeLessThanOrEqual(honest + invented)
      }),
    )
  })

  it('SEARCH-16: a reply adds at most maxPerResponse candidates, the nearest it named', () => {
    onEveryReply(({ event, before, after }, { setup }, former) => {
      if (event?.kind !== 'respond') return
      const known = new Set(before.candidates.map(({ node }) => node.value))
      // Contacts named before may have been set aside, and get a place now.
      for (const { value } of former) known.add(value)
      const added = after.candidates
        .map(({ node }) => node)
        .filter((node) => !known.has(node.value) && node !== event.responder)
      expect(added.length).toBeLessThanOrEqual(setup.maxPerResponse)
      const fitting = event.closer.filter(({ id, value }) => {
        return id.length === 1 && Number(value % 5n) !== setup.barred
      })
      const values = [...new Set(fitting.map(({ value }) => value))]
      const allowed = nearest(
        values.map((value) => testNode(value, 1)),
        setup.target,
        setup.maxPerResponse,
      ).map(({ value }) => value)
      for (const { value } of added) expect(allowed).toContain(value)
    })
  })
})
