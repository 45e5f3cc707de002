// The lookup and its model agree on every step of every hostile script, and the scripts reach all
// cases of the properties.
import { Census, MODEL_TIMEOUT_MS, runUntilReached } from '@dht/testing/census'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TestNode } from '../support/network.ts'
import { waitedFor } from '../support/reach.ts'
import { agrees, name, textOf } from './lookup.agreement.ts'
import {
  DENSE,
  play,
  realScale,
  type Scale,
  type Script,
  SMALL,
  script,
  scriptOf,
  type Turn,
} from './lookup.script.ts'

const FLOORS = {
  query: 300,
  wait: 200,
  done: 300,
  approach: 500,
  'final round': 300,
  complete: 500,
  aborted: 100,
  accepted: 200,
  renamed: 15,
  rejected: 10,
  ignored: 300,
  fresh: 500,
  queried: 500,
  stalled: 300,
  responded: 500,
  failed: 300,
  empty: 10,
  'all failed': 5,
  'late answer': 30,
  'late failure': 10,
  'duplicate answer': 10,
  'answer to what was never asked': 50,
  'answer in our own name': 5,
  'names more than is taken': 50,
  'names ourselves': 20,
  'names ids of another width': 20,
  'names one contact twice': 10,
  'a nearer id displaces another': 5,
  'budget spent': 20,
  'shortlist full': 20,
  'back to approach': 1,
  'third hop': 10,
  'waits for the stalled only': 30,
  'waits for others again': 5,
  'event after done': 100,
  'a contact that answers soon comes before a nearer one': 10,
} as const

/** Cases of several contacts per id, and of few places. */
const DENSE_FLOORS = {
  'another contact of an id': 15,
  'another contact after a stall': 8,
  'answer of an earlier contact': 1,
  'answer to a query that had ended': 1,
  'a contact set aside gets a place': 1,
  'waits for more than k': 300,
  'many ids at one address': 10,
  'asks for more of our own contacts': 5,
} as const

const NO_FLOORS = Object.fromEntries(
  Object.keys({ ...FLOORS, ...DENSE_FLOORS }).map((each) => [each, 0]),
)

type Corners = Census<keyof typeof FLOORS | keyof typeof DENSE_FLOORS>

function countStates({ setup }: Script, { after, before, step, verdict }: Turn, to: Corners): void {
  to.count(after.phase)
  if (step !== undefined) to.count(typeof step === 'string' ? step : 'query')
  if (verdict !== undefined) to.count(verdict)
  for (const { state } of after.candidates) to.count(state)
  const states = after.candidates.map(({ state }) => state)
  const isOver = after.phase === 'complete' && before.phase !== 'complete'
  if (isOver && states.every((state) => state === 'failed')) to.count('all failed')
  if (after.tally.queried === setup.maxQueries) to.count('budget spent')
  const fresh = states.filter((state) => state === 'fresh').length
  if (fresh === setup.shortlistSize) to.count('shortlist full')
  if (before.phase === 'final round' && after.phase === 'approach') to.count('back to approach')
  if (after.tally.hops > 2) to.count('third hop')
  if (after.waitsForStalledOnly && after.pending > 0) to.count('waits for the stalled only')
  if (before.waitsForStalledOnly && !after.waitsForStalledOnly) to.count('waits for others again')
  const isGone = ({ node }: (typeof before.candidates)[number]) =>
    !after.candidates.some((other) => other.node.value === node.value)
  if (step === undefined && setup.heedsAddresses && before.candidates.some(isGone)) {
    to.count('a nearer id displaces another')
  }
}

/** Cases of several contacts per id, of places, and of the region. */
function countPlaces({ setup }: Script, { event, before, after, verdict }: Turn, to: Corners) {
  if (waitedFor(after, setup).length > setup.k) to.count('waits for more than k')
  const isOur = ({ value }: TestNode): boolean =>
    setup.more?.some((one) => one.value === value) === true
  const isNew = ({ node }: (typeof after.candidates)[number]): boolean => {
    return !before.candidates.some((one) => one.node.value === node.value)
  }
  if (event?.kind === 'fail' && after.candidates.some((one) => isNew(one) && isOur(one.node))) {
    to.count('asks for more of our own contacts')
  }
  if (event === undefined || !('asked' in event)) return
  const known = before.candidates.find(({ node }) => node.value === event.asked.value)
  const isOpen = known?.state === 'queried' || known?.state === 'stalled'
  if (event.kind === 'query') {
    const next = before.candidates.find(({ state }) => state === 'fresh')
    const isPrompt = setup.prompt?.some(({ value }) => value === event.asked.value) === true
    if (isPrompt && known?.state === 'fresh' && next?.node.value !== event.asked.value) {
      to.count('a contact that answers soon comes before a nearer one')
    }
    if (known?.state === 'stalled') to.count('another contact after a stall')
    const { length } = after.candidates.filter(({ node, state }) => {
      return state !== 'fresh' && node.address === event.asked.address
    })
    if (setup.heedsAddresses && setup.heedsEndpoints && length > 1) {
      to.count('many ids at one address')
    }
    return
  }
  if (event.kind === 'fail') {
    const values = before.candidates.map(({ node }) => node.value)
    if (after.candidates.some(({ node }) => !values.includes(node.value))) {
      to.count('a contact set aside gets a place')
    }
    const next = after.candidates.find(({ node }) => node.value === event.asked.value)
    if (isOpen && next?.state === 'fresh') to.count('another contact of an id')
  } else if (isOpen && event.asked !== known?.node) {
    if (verdict === 'accepted') to.count('answer of an earlier contact')
    if (verdict === 'ignored') to.count('answer to a query that had ended')
  }
}

function countEvents({ setup }: Script, { event, before, verdict }: Turn, to: Corners): void {
  if (event === undefined || !('asked' in event)) return
  if (before.phase === 'complete' || before.phase === 'aborted') to.count('event after done')
  const was = before.candidates.find(({ node }) => node.value === event.asked.value)?.state
  if (event.kind === 'fail' && was === 'stalled') to.count('late failure')
  if (event.kind !== 'respond') return
  if (verdict === 'accepted' && was === 'stalled') to.count('late answer')
  if (was === 'responded') to.count('duplicate answer')
  if (was === undefined || was === 'fresh') to.count('answer to what was never asked')
  if (verdict === 'ignored') return
  const { closer, responder } = event
  if (responder.value === setup.self) to.count('answer in our own name')
  if (closer.length > setup.maxPerResponse) to.count('names more than is taken')
  if (closer.some(({ value }) => value === setup.self)) to.count('names ourselves')
  if (closer.some(({ id }) => id.length !== setup.width)) to.count('names ids of another width')
  const distinct = new Set(closer.map(({ value }) => value))
  if (distinct.size < closer.length) to.count('names one contact twice')
}

/** @param share - of the least counts that this many runs have to reach */
function holds(
  name: string,
  scale: Scale,
  [runs, share]: readonly [number, number],
  leasts: Readonly<Record<string, number>> = FLOORS,
): void {
  const floors = Object.entries(leasts).map(([each, least]) => [each, Math.floor(least * share)])
  const census: Corners = new Census(name, { ...NO_FLOORS, ...Object.fromEntries(floors) })
  const onScript = fc.property(scriptOf(scale), (drawn) => {
    const turns = play(drawn)
    agrees(drawn.setup, turns)
    census.executed(turns.length)
    if (turns[0]?.before.phase === 'complete') census.count('empty')
    for (const turn of turns) {
      countStates(drawn, turn, census)
      countEvents(drawn, turn, census)
      countPlaces(drawn, turn, census)
    }
  })
  const missing = runUntilReached(census, runs, (parameters) => fc.assert(onScript, parameters))
  expect(missing).toEqual([])
}

describe('lookup compared with its model', () => {
  const laws = 'SEARCH-1, SEARCH-4, SEARCH-5, SEARCH-6, SEARCH-11, SEARCH-12, SEARCH-16, SEARCH-19'

  it(`${laws}: equal to the model that is derived from the whole history`, {
    timeout: MODEL_TIMEOUT_MS,
  }, () => {
    holds('lookup', SMALL, [3, 1])
  })

  it.each([20, 32])(
    `${laws}: with clustered ids of %i bytes`,
    (width) => holds(`lookup-with-${width}-bytes`, realScale(width), [0.5, 0.1]),
    MODEL_TIMEOUT_MS,
  )

  it(`${laws}, SEARCH-27, SEARCH-28, SEARCH-29, SEARCH-30: with many contacts of few ids`, {
    timeout: MODEL_TIMEOUT_MS,
  }, () => {
    holds('lookup-of-many-contacts', DENSE, [6, 1], DENSE_FLOORS)
  })

  it('SEARCH-1: the same events give the same steps', () => {
    fc.assert(
      fc.property(script, (drawn) => {
        const lines = () =>
          play(drawn).map(({ step, verdict, after }) => {
            const asked = typeof step === 'object' ? name(step) : step
            return [asked, verdict, textOf(after)].join(' ')
          })
        expect(lines().join('\n')).toBe(lines().join('\n'))
      }),
    )
  })
})
