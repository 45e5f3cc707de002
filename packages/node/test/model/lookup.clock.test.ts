// Near, distant and slow hosts together, and some that respond seldom or never. Each host that
// responds in time is found, whatever was measured before. The expected result is found by sorting
// all hosts.

import { TRANSACTION_DEFAULTS } from '@dht/krpc'
import { Census, MODEL_TIMEOUT_MS, modelRuns } from '@dht/testing/census'
import { routeWithin } from '@dht/testing/round-trips'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { agrees } from '../../../search/test/model/lookup.agreement.ts'
import { nearest } from '../../../search/test/support/network.ts'
import { TIMED_FLOORS, type TimedCase } from './lookup.clock.cases.ts'
import { type Host, TimedLookups, type TimedScript, type Walk } from './lookup.clock.ts'

const { firstTimeoutMs, giveUpMs, keepExpiredMs } = TRANSACTION_DEFAULTS
const spans = { firstStallMs: firstTimeoutMs, giveUpMs, forgetMs: giveUpMs + keepExpiredMs }

const anyScript: fc.Arbitrary<TimedScript> = fc
  .record({
    seed: fc.nat({ max: 9999 }),
    k: fc.integer({ min: 1, max: 4 }),
    alpha: fc.integer({ min: 1, max: 3 }),
    self: fc.nat({ max: 63 }),
    hosts: fc.uniqueArray(fc.record({ value: fc.nat({ max: 63 }), route: routeWithin(spans) }), {
      selector: ({ value }) => value,
      minLength: 4,
      maxLength: 20,
      size: 'max',
    }),
    lookups: fc.array(
      fc.record({
        target: fc.nat({ max: 63 }),
        afterMs: fc.oneof(fc.constant(0), fc.nat({ max: 2 * keepExpiredMs })),
      }),
      { minLength: 1, maxLength: 5 },
    ),
  })
  .map(({ hosts, ...rest }) => ({
    ...rest,
    hosts: hosts.filter(({ value }) => value !== rest.self),
  }))

/** Whether a lookup must find a host: a steady one always, another when it responds in time. */
function mustFind({ questions }: Walk, host: Host): boolean {
  if (host.isSteady) return true
  const question = questions.find((each) => each.host === host)
  const { roundTripMs = Number.POSITIVE_INFINITY } = question ?? {}
  // A lookup gives a suspect up when it stalls.
  if (question?.isSuspect) return question.end === 'answered' && !question.hasStalled
  return roundTripMs <= giveUpMs
}

function holds(walk: Walk, hosts: readonly Host[], census: Census<TimedCase>): void {
  const { target, k } = walk.setup
  const end = walk.turns.find(({ after }) => after.phase === 'complete')
  const nodes = hosts.filter((host) => mustFind(walk, host)).map(({ node }) => node)
  const expected = nearest(nodes, target, k)
  expect(end?.after.closest).toEqual(expected)
  for (const { host, hasStalled, roundTripMs, isSuspect } of walk.questions) {
    if (host.isSteady) expect(isSuspect).toBe(false)
    if (expected.includes(host.node)) {
      if (host.route.distance === 'slow') census.count('found: a slow host')
      if (host.route.distance === 'changing') census.count('found: a changing host')
      if (hasStalled) census.count('found: after a stall')
    } else if (roundTripMs !== undefined && roundTripMs > giveUpMs) {
      census.count('not found: slower than the time to give up')
    }
  }
  for (const { after } of walk.turns) {
    if (after.waitsForStalledOnly && after.pending > 0) census.count('waits for the stalled only')
  }
}

it('SEARCH-25: a host that responds before its query expires is in the result', {
  timeout: MODEL_TIMEOUT_MS,
}, () => {
  const census = new Census('lookup-in-time', TIMED_FLOORS)
  fc.assert(
    fc.property(anyScript, (script) => {
      const lookups = new TimedLookups(script, census)
      for (const walk of lookups.play()) {
        census.executed(walk.turns.length)
        holds(walk, lookups.hosts, census)
        agrees(walk.setup, walk.turns)
      }
    }),
    modelRuns(2),
  )
  expect(census.close()).toEqual([])
})
