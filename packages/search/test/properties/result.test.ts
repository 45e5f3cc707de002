// The results of a lookup: the nearest that responded, their tokens, and one outcome for each
// query.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Lookup } from '../../src/index.ts'
import { newLookup, play, type Script, script, type Turn } from '../model/lookup.script.ts'
import { chance } from '../support/chance.ts'
import { Network, nearest, type TestNode, testNode, uniformValues } from '../support/network.ts'
import { openQueries, queryAbout, waitedFor } from '../support/reach.ts'

/** Contacts that may still respond. */
const SILENT: ReadonlySet<string> = new Set(['fresh', 'queried', 'stalled'])

function onEveryScript(check: (turns: readonly Turn[], drawn: Script) => void): void {
  fc.assert(
    fc.property(script, (drawn) => {
      check(play(drawn), drawn)
    }),
  )
}

/** The contacts that responded in these steps, according to the returned verdicts, with tokens. */
function answerers(turns: readonly Turn[]): Map<TestNode, number | undefined> {
  const answered = new Map<TestNode, number | undefined>()
  const asked = new Set<TestNode>()
  const open = openQueries(turns)
  for (const [at, { event, verdict }] of turns.entries()) {
    if (event?.kind === 'query') asked.add(event.asked)
    if (event?.kind !== 'respond') continue
    if (verdict === 'accepted') answered.set(queryAbout(event, open[at]!, asked)!, event.token)
    if (verdict === 'renamed') answered.set(event.responder, event.token)
  }
  return answered
}

describe('result', () => {
  it('SEARCH-9: the distance of the nearest that responded never grows', () => {
    onEveryScript((turns, { setup }) => {
      let best: bigint | undefined
      for (const { after } of turns) {
        const first = after.closest[0]
        if (best !== undefined) expect(first).toBeDefined()
        if (first === undefined) continue
        const distance = first.value ^ setup.target
        expect(distance <= (best ?? distance)).toBe(true)
        best = distance
      }
    })
  })

  it('SEARCH-9, BUG-05: which contacts are queried depends on the target, not on our id', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 8 }), (seed, k) => {
        const random = chance(seed)
        const values = uniformValues(60, 1, random)
        const [target, one, another, ...others] = values as [bigint, bigint, bigint, ...bigint[]]
        const network = new Network({ values: others, width: 1, k, random })
        const order = (self: bigint): bigint[] => {
          const lookup = new Lookup<TestNode>(
            {
              target: testNode(target, 1).id,
              self: testNode(self, 1).id,
              startingContacts: network.nodes.slice(0, k),
            },
            { k },
          )
          const asked: TestNode[] = []
          for (let next = 0; ; next++) {
            for (let step = lookup.next(); step.kind === 'query'; step = lookup.next()) {
              asked.push(step.contact)
            }
            const node = asked[next]
            if (node === undefined || lookup.isDone) return asked.map(({ value }) => value)
            lookup.responded(node, { responder: node, closer: network.answer(node, target) })
          }
        }
        expect(order(one)).toEqual(order(another))
      }),
    )
  })

  it('SEARCH-11: the result is the k nearest of all that responded, nearest first', () => {
    onEveryScript((turns, { setup }) => {
      for (const [at, { after }] of turns.entries()) {
        const answered = [...answerers(turns.slice(0, at + 1)).keys()]
        expect(after.closest).toEqual(nearest(answered, setup.target, setup.k))
      }
    })
  })

  it('SEARCH-17, the part of the lookup: accepted are the responses of the succeeded', () => {
    onEveryScript((turns) => {
      const streamed = turns.flatMap(({ event, verdict }) =>
        event?.kind === 'respond' && (verdict === 'accepted' || verdict === 'renamed')
          ? [event.responder.value]
          : [],
      )
      const responded = turns
        .at(-1)!
        .after.candidates.filter(({ state }) => state === 'responded')
        .map(({ node }) => node.value)
      expect(streamed.toSorted()).toEqual(responded.toSorted())
    })
  })

  it('SEARCH-19, SEARCH-30: write targets are the nearest with a token, each with its own', () => {
    onEveryScript((turns, { setup }) => {
      const { after } = turns.at(-1)!
      if (after.phase !== 'complete' && after.phase !== 'aborted') return
      const places = Math.max(setup.k, waitedFor(after, setup).length)
      const tokens = answerers(turns)
      const givers = [...tokens.keys()].filter((node) => tokens.get(node) !== undefined)
      const expected = nearest(givers, setup.target, places).map((node) => ({
        node,
        token: tokens.get(node),
      }))
      expect(after.writeTargets).toEqual(expected)
    })
  })

  it('SEARCH-19: write targets before the end are final: no later response displaces them', () => {
    onEveryScript((turns, { setup }) => {
      for (const [at, { after }] of turns.entries()) {
        if (after.phase === 'complete' || after.phase === 'aborted') continue
        const tokens = answerers(turns.slice(0, at + 1))
        const givers = [...tokens.keys()].filter((node) => tokens.get(node) !== undefined)
        const silent = after.candidates.filter(({ state }) => SILENT.has(state))
        const ifAllAnswer = [...givers, ...silent.map(({ node }) => node)]
        const places = Math.max(setup.k, waitedFor(after, setup).length)
        const expected = nearest(ifAllAnswer, setup.target, places)
          .filter((node) => givers.includes(node))
          .map((node) => ({ node, token: tokens.get(node) }))
        expect(after.writeTargets).toEqual(expected)
      }
    })
  })

  it('SEARCH-21: every query has exactly one outcome, or is still open', () => {
    onEveryScript((turns) => {
      const asked = new Set<TestNode>()
      const open = openQueries(turns)
      for (const [at, { event, verdict, before, after }] of turns.entries()) {
        if (event?.kind === 'query') asked.add(event.asked)
        const { queried, responded, failed } = after.tally
        const isOver = before.phase === 'complete' || before.phase === 'aborted'
        const about = isOver ? undefined : queryAbout(event, open[at]!, asked)
        const settles = event?.kind === 'respond' || event?.kind === 'fail'
        const others = open[at]!.filter(({ value }) => value === about?.value).length
        const settled = responded + failed - before.tally.responded - before.tally.failed
        const ended = verdict === 'accepted' ? others : 1
        expect(settled).toBe(settles && about !== undefined ? ended : 0)
        if (verdict !== undefined) expect(verdict === 'ignored').toBe(about === undefined)
        if (!isOver && at + 1 < turns.length) {
          expect(queried).toBe(responded + failed + open[at + 1]!.length)
        }
      }
    })
  })

  it('copies a token, even when it is a view of a datagram', () => {
    const node = testNode(1n, 1)
    const lookup = newLookup({
      ...{
        width: 1,
        target: 0n,
        self: 9n,
        startingContacts: [node],
        more: undefined,
        prompt: undefined,
        barred: undefined,
        ownAddresses: [],
        heedsAddresses: false,
        heedsEndpoints: false,
      },
      ...{ maxPerAddress: 1, contactsPerId: 1, region: 0 },
      ...{ k: 1, alpha: 1, finalRoundAlpha: 1, maxQueries: 1, shortlistSize: 1, maxPerResponse: 1 },
    })
    lookup.next()
    const datagram = Buffer.from([1, 2, 3])
    lookup.responded(node, { responder: node, closer: [], token: datagram.subarray(1) })
    datagram.fill(0)
    expect(lookup.writeTargets()).toEqual([{ contact: node, token: Uint8Array.of(2, 3) }])
    lookup.writeTargets()[0]!.token.fill(0)
    expect(lookup.writeTargets()[0]!.token).toEqual(Uint8Array.of(2, 3))
  })
})
