// The model of a lookup: what it shows and whom it queries next, from the facts that the whole
// history gives.
import type { CandidateState, Tally } from '../../src/index.ts'
import type { TestNode } from '../support/network.ts'
import { isWithin, otherOf, reachOf, recall, sorted, standing, stateOf } from './lookup.memory.ts'
import type { HistoryEvent, Setup } from './lookup.setup.ts'

export interface View {
  readonly phase: 'approach' | 'final round' | 'complete' | 'aborted'
  readonly candidates: readonly {
    readonly node: TestNode
    readonly state: CandidateState
    readonly hop: number
    readonly token: number | undefined
  }[]
  /** Each of the nearest has responded, or has stalled and no other contact. */
  readonly waitsForStalledOnly: boolean
  /** How many of the nearest have not responded so far. */
  readonly pending: number
  readonly closest: readonly TestNode[]
  readonly responders: readonly TestNode[]
  readonly writeTargets: readonly { readonly node: TestNode; readonly token: number }[]
  /** How many ids in the region are known and have not failed, those set aside included. */
  readonly countWithin: number
  readonly freshWithin: readonly TestNode[]
  readonly tally: Tally
}

export function viewOf(setup: Setup, history: readonly HistoryEvent[]): View {
  const memory = recall(setup, history)
  const alive = standing(setup, memory)
  const reach = reachOf(setup, memory)
  const answered = alive.filter((fact) => stateOf(fact) === 'responded')
  const results = answered.slice(0, setup.k)
  const queries = memory.facts.flatMap((fact) => fact.queries)
  const nearest = alive.slice(0, reach)
  const isSilent = (fact: (typeof alive)[number]): boolean => {
    return stateOf(fact) === 'stalled' && otherOf(setup, memory, fact) === undefined
  }
  const isInside = (value: bigint): boolean => isWithin(setup, value, setup.region)
  const responded = memory.facts.filter(({ ended, queries: sent }) => {
    return ended === 'responded' && sent.length > 0
  }).length
  const open = queries.filter(({ isOpen }) => isOpen).length
  return {
    waitsForStalledOnly:
      memory.ended !== 'aborted' &&
      nearest.every((fact) => stateOf(fact) === 'responded' || isSilent(fact)),
    pending: nearest.filter((fact) => ['queried', 'stalled'].includes(stateOf(fact))).length,
    phase: memory.ended ?? (answered[0]?.hasToldAll ? 'final round' : 'approach'),
    candidates: sorted(setup, memory.facts).map((fact) => {
      const { node, hop, token } = fact
      return { node, state: stateOf(fact), hop, token }
    }),
    closest: results.map(({ node }) => node),
    responders: answered.map(({ node }) => node),
    writeTargets: alive
      .filter((fact) => {
        return stateOf(fact) === 'responded' ? fact.token !== undefined : memory.ended === undefined
      })
      .slice(0, reach)
      .flatMap(({ node, token }) => (token === undefined ? [] : [{ node, token }])),
    countWithin: [...alive, ...memory.aside.map(({ node }) => node)].filter(({ value }) => {
      return isInside(value)
    }).length,
    freshWithin: alive
      .filter((fact) => isInside(fact.value) && fact.queries.length === 0)
      .filter((fact) => stateOf(fact) === 'fresh')
      .map(({ node }) => node),
    tally: {
      queried: queries.length,
      responded,
      stalled: queries.filter(({ hasStalled }) => hasStalled).length,
      failed: queries.length - responded - open,
      hops: Math.max(0, ...results.map(({ hop }) => hop)),
    },
  }
}

/** The contact to query now, `wait` or `done`. */
export function nextOf(setup: Setup, history: readonly HistoryEvent[]): TestNode | 'wait' | 'done' {
  const memory = recall(setup, history)
  if (memory.ended !== undefined) return 'done'
  const alive = standing(setup, memory)
  const nearestAnswer = alive.find((fact) => stateOf(fact) === 'responded')
  const slots = nearestAnswer?.hasToldAll ? setup.finalRoundAlpha : setup.alpha
  if (alive.filter((fact) => stateOf(fact) === 'queried').length >= slots) return 'wait'
  const due = alive
    .map((fact) => {
      const state = stateOf(fact)
      const other = state === 'stalled' ? otherOf(setup, memory, fact)?.node : undefined
      return { isSilent: state === 'stalled' && other === undefined, state, node: fact.node, other }
    })
    .filter(({ isSilent }) => !isSilent)
    .slice(0, reachOf(setup, memory))
    .find(({ state, other }) => state === 'fresh' || other !== undefined)
  return due === undefined ? 'wait' : (due.other ?? due.node)
}
