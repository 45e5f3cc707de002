// Every lookup in every network of up to three other nodes with ids of three bits, and as many in
// networks of four as the budget allows: every choice of starting contacts, every order of
// responses, stalls and failures, and every set of nodes that a response may name, false ones
// included.

import { Census, MODEL_TIMEOUT_MS } from '@dht/testing/census'
import { announce, type Explored, explore, stateBudget } from '@dht/testing/explore'
import { describe, expect, it } from 'vitest'
import { testNode } from '../support/network.ts'
import type { View } from './lookup.model.ts'
import { LookupWorld, type Space, violations } from './lookup.world.ts'

/**
 * Ids of three bits, given by how many bits they share with the target, 0. A lookup depends only on
 * this and on the order of distances, so one of several equivalent worlds is enough.
 */
const ALIKE = [[0], [1], [2, 3], [4, 5, 6, 7]]

/** All sets of `size` ids, one of each equivalence class. */
function idSets(size: number, alike: readonly (readonly number[])[] = ALIKE): number[][] {
  const [first, ...rest] = alike
  if (first === undefined) return size === 0 ? [[]] : []
  return [0, ...first.map((_, at) => at + 1)].flatMap((taken) =>
    idSets(size - taken, rest).map((others) => [...first.slice(0, taken), ...others]),
  )
}

function spacesOf(size: number): Space[] {
  return idSets(size).flatMap((values) => {
    const self = [7, 6, 5, 4, 3].find((value) => !values.includes(value))!
    const contacts = values.map((value) => testNode(BigInt(value), 1))
    return worlds({ contacts, self, heedsEndpoints: false })
  })
}

function worlds(space: Omit<Space, 'k' | 'alpha'>): Space[] {
  return [1, 2].flatMap((k) => [1, 2].map((alpha) => ({ ...space, k, alpha })))
}

/** Contacts that share ids, endpoints and addresses, given as `id@address:port`. */
function sharing(...texts: readonly string[]): Space[] {
  const contacts = texts.map((text) => {
    const [value, address, port] = text.split(/[@:]/) as [string, string, string]
    return { ...testNode(BigInt(value), 1), address, port: Number(port) }
  })
  return worlds({ contacts, self: 7, heedsEndpoints: true })
}

/** Explores one space after another until the budget is spent. */
function exploreAll(spaces: readonly Space[], budget: number): Explored {
  let sum: Explored = { states: 0, moves: 0, depth: 0, isComplete: true }
  for (const space of spaces) {
    const compared = new Set<string>()
    const maxStates = budget - sum.states
    if (maxStates < 1) return { ...sum, isComplete: false }
    const one = explore(() => new LookupWorld(space, compared), { maxStates })
    sum = {
      states: sum.states + one.states,
      moves: sum.moves + one.moves,
      depth: Math.max(sum.depth, one.depth),
      isComplete: sum.isComplete && one.isComplete,
    }
  }
  return sum
}

/** Several contacts of one id, two ids at one endpoint, three ports of one address. */
const SHARED = [
  ...sharing('1@x:0', '1@y:0', '2@y:0'),
  ...sharing('1@x:0', '2@x:0', '3@x:1'),
  ...sharing('1@x:0', '1@x:1', '2@x:2'),
  ...sharing('1@x:0', '1@y:0', '1@z:0', '2@y:0'),
  ...sharing('1@x:0', '2@x:1', '3@x:2', '2@y:0'),
]

describe('every small lookup', () => {
  it('SEARCH-2, SEARCH-3, SEARCH-6, SEARCH-7, SEARCH-11: the laws hold in every state', {
    timeout: MODEL_TIMEOUT_MS,
  }, () => {
    const small = exploreAll([1, 2, 3].flatMap(spacesOf), Number.POSITIVE_INFINITY)
    announce('lookups among 1 to 3 nodes', small)
    expect(small.isComplete).toBe(true)
    const large = exploreAll(spacesOf(4), stateBudget(200))
    announce('lookups among 4 nodes', large)
    const shared = exploreAll(SHARED, stateBudget(4000))
    announce('lookups among contacts that share ids and addresses', shared)
    const census = new Census('lookup-explored', { states: 1, moves: 1, depth: 1 })
    census.count('states', small.states + large.states)
    census.count('moves', small.moves + large.moves)
    census.count('depth', Math.max(small.depth, large.depth))
    expect(census.close()).toEqual([])
  })

  it('the laws find a broken state', () => {
    const node = testNode(1n, 1)
    const other = testNode(2n, 1)
    const view: View = {
      phase: 'approach',
      candidates: [
        { node, state: 'responded', hop: 1, token: undefined },
        { node: other, state: 'responded', hop: 1, token: undefined },
      ],
      waitsForStalledOnly: true,
      pending: 0,
      closest: [other, node],
      responders: [],
      writeTargets: [],
      countWithin: 0,
      unsettledWithin: [],
      tally: { queried: 3, responded: 2, stalled: 0, failed: 0, hops: 1 },
    }
    const laws = violations({ k: 2, heedsEndpoints: false }, view, 0).map(
      (one) => one.split(':')[0],
    )
    expect(laws).toEqual(['SEARCH-6', 'SEARCH-11', 'SEARCH-21'])
  })
})
