// The model of a lookup: what it shows and which contact it queries next, from the facts that the
// whole history gives.
import type { CandidateState, Tally } from '../../src/index.ts'
import type { TestNode } from '../support/network.ts'
import {
  type Fact,
  isLiar,
  isOnItsWay,
  isWithin,
  type Memory,
  nearestOf,
  type ReportedContact,
  reachOf,
  sorted,
  standing,
  stateOf,
  weightOf,
} from './lookup.facts.ts'
import { recall } from './lookup.memory.ts'
import { otherOf } from './lookup.places.ts'
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
  readonly unsettledWithin: readonly TestNode[]
  readonly tally: Tally
}

export function viewOf(setup: Setup, history: readonly HistoryEvent[]): View {
  const memory = recall(setup, history)
  const alive = standing(setup, memory)
  const reach = reachOf(setup, memory)
  const answered = alive.filter((fact) => stateOf(fact) === 'responded')
  const results = answered.slice(0, setup.k)
  const queries = memory.facts.flatMap((fact) => fact.queries)
  const nearest = nearestOf(setup, memory)
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
      const { hop, token } = fact
      return { node: nodeOf(fact), state: stateOf(fact), hop, token }
    }),
    closest: results.map(nodeOf),
    responders: answered.map(nodeOf),
    writeTargets: alive
      .filter((fact) => {
        return stateOf(fact) === 'responded' ? fact.token !== undefined : memory.ended === undefined
      })
      .slice(0, reach)
      .flatMap((fact) => {
        const { token } = fact
        return token === undefined ? [] : [{ node: nodeOf(fact), token }]
      }),
    countWithin: [...alive, ...memory.aside.map(nodeOf)].filter(({ value }) => {
      return isInside(value)
    }).length,
    unsettledWithin: alive
      .filter((fact) => isInside(fact.value) && stateOf(fact) !== 'responded')
      .map(nodeOf),
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
  const patient = alive.filter((fact) => stateOf(fact) === 'queried').length
  if (patient >= slots) return 'wait'
  const prompt = promptOf(setup, memory)
  if (prompt !== undefined) return prompt
  let places = reachOf(setup, memory)
  let doubtful: TestNode | undefined
  for (const fact of alive) {
    if (places === 0) break
    const state = stateOf(fact)
    const other = otherOf(setup, memory, fact)?.node
    if (state === 'stalled' && other !== undefined) return other
    if (state === 'fresh') {
      const better = betterOf(setup, memory, fact)
      if (weightOf(better) > 0) return better.node
      doubtful ??= better.node
    }
    const takesPlace = state === 'responded' || state === 'queried'
    if (takesPlace && !isLiar(memory, fact)) places -= 1
  }
  return (patient === 0 ? doubtful : undefined) ?? 'wait'
}

/** On the way to the target, one contact that answers soon for each query that has stalled. */
function promptOf(setup: Setup, memory: Memory): TestNode | undefined {
  if (!isOnItsWay(setup, memory)) return undefined
  const all = sorted(setup, memory.facts).filter(({ value }) => memory.prompt?.includes(value))
  const fresh = all.filter((fact) => stateOf(fact) === 'fresh')
  const queries = memory.facts.flatMap((fact) => fact.queries)
  const stalls = queries.filter(({ hasStalled }) => hasStalled).length
  if (all.length - fresh.length >= stalls) return undefined
  const better = fresh.map((fact) => betterOf(setup, memory, fact))
  return better.find((contact) => weightOf(contact) > 0)?.node
}

/** The contact of a fresh id that would be queried. */
function betterOf(setup: Setup, memory: Memory, fact: Fact): ReportedContact {
  const other = otherOf(setup, memory, fact)
  return other !== undefined && weightOf(other) > weightOf(fact.reported) ? other : fact.reported
}

function nodeOf({ reported }: { readonly reported: ReportedContact }): TestNode {
  return reported.node
}
