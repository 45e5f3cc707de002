// The model of a lookup: a list of facts that is derived again from the whole history at each step,
// and sorted where the order matters. No code under test is used, not even its distances.
import type { CandidateState, Tally } from '../../src/index.ts'
import type { TestNode } from '../support/network.ts'

export interface Setup {
  /** Bytes of an id. */
  readonly width: number
  readonly target: bigint
  readonly self: bigint
  readonly startingContacts: readonly TestNode[]
  readonly ownAddresses: readonly string[]
  readonly heedsAddresses: boolean
  readonly k: number
  readonly alpha: number
  readonly finalRoundAlpha: number
  readonly maxQueries: number
  readonly shortlistSize: number
  readonly maxPerResponse: number
}

export interface ReplyEvent {
  readonly kind: 'respond'
  readonly asked: TestNode
  readonly responder: TestNode
  readonly closer: readonly TestNode[]
  readonly token: number | undefined
}

export type HistoryEvent =
  | ReplyEvent
  | { readonly kind: 'query'; readonly asked: TestNode }
  | { readonly kind: 'stall'; readonly asked: TestNode }
  | { readonly kind: 'fail'; readonly asked: TestNode }
  | { readonly kind: 'abort' }

export interface View {
  readonly phase: 'approach' | 'final round' | 'complete' | 'aborted'
  readonly candidates: readonly {
    readonly node: TestNode
    readonly state: CandidateState
    readonly hop: number
    readonly token: number | undefined
  }[]
  /** Each of the k nearest has responded or stalled. */
  readonly waitsForStalledOnly: boolean
  /** How many of the k nearest have not responded so far. */
  readonly pending: number
  readonly closest: readonly TestNode[]
  readonly writeTargets: readonly { readonly node: TestNode; readonly token: number }[]
  readonly tally: Tally
}

interface Fact {
  readonly node: TestNode
  /** False for a node that responded in place of another: the address is that of the other. */
  readonly holdsAddress: boolean
  readonly hop: number
  state: CandidateState
  token: number | undefined
  hasToldAll: boolean
  everStalled: boolean
  wasAsked: boolean
}

interface Memory {
  facts: Fact[]
  ended: 'complete' | 'aborted' | undefined
}

const bits = (distance: bigint): number => (distance === 0n ? 0 : distance.toString(2).length)

const sign = (difference: bigint): number => (difference < 0n ? -1 : Number(difference > 0n))

export function viewOf(setup: Setup, history: readonly HistoryEvent[]): View {
  const memory = recall(setup, history)
  const alive = standing(setup, memory)
  const answered = alive.filter(({ state }) => state === 'responded')
  const results = answered.slice(0, setup.k)
  const asked = memory.facts.filter(({ wasAsked }) => wasAsked)
  const nearest = alive.slice(0, setup.k).map(({ state }) => state)
  const silent = nearest.filter((state) => state === 'queried' || state === 'stalled')
  const isOpen = nearest.includes('fresh') || nearest.includes('queried')
  return {
    waitsForStalledOnly: memory.ended !== 'aborted' && !isOpen,
    pending: silent.length,
    phase: memory.ended ?? (answered[0]?.hasToldAll ? 'final round' : 'approach'),
    candidates: sorted(setup, memory.facts).map(({ node, state, hop, token }) => ({
      node,
      state,
      hop,
      token,
    })),
    closest: results.map(({ node }) => node),
    writeTargets: alive
      .filter(({ state, token }) => {
        return state === 'responded' ? token !== undefined : memory.ended === undefined
      })
      .slice(0, setup.k)
      .flatMap(({ node, token }) => (token === undefined ? [] : [{ node, token }])),
    tally: {
      queried: asked.length,
      responded: asked.filter(({ state }) => state === 'responded').length,
      stalled: asked.filter(({ everStalled }) => everStalled).length,
      failed: asked.filter(({ state }) => state === 'failed').length,
      hops: Math.max(0, ...results.map(({ hop }) => hop)),
    },
  }
}

/** The contact to query now, `wait` or `done`. */
export function nextOf(setup: Setup, history: readonly HistoryEvent[]): TestNode | 'wait' | 'done' {
  const view = viewOf(setup, history)
  if (view.phase === 'complete' || view.phase === 'aborted') return 'done'
  const slots = view.phase === 'final round' ? setup.finalRoundAlpha : setup.alpha
  const patient = view.candidates.filter(({ state }) => state === 'queried').length
  if (patient >= slots) return 'wait'
  const window = view.candidates
    .filter(({ state }) => state !== 'failed' && state !== 'stalled')
    .slice(0, setup.k)
  return window.find(({ state }) => state === 'fresh')?.node ?? 'wait'
}

function recall(setup: Setup, history: readonly HistoryEvent[]): Memory {
  const memory: Memory = { facts: [], ended: undefined }
  for (const seed of setup.startingContacts) hear(setup, memory, seed, 1)
  finishIfSettled(setup, memory)
  for (const event of history) {
    if (memory.ended === undefined) happen(setup, memory, event)
  }
  return memory
}

function happen(setup: Setup, memory: Memory, event: HistoryEvent): void {
  if (event.kind === 'abort') {
    memory.ended = 'aborted'
    return
  }
  const fact = memory.facts.find(({ node }) => node.value === event.asked.value)
  if (fact === undefined) return
  if (event.kind === 'query') {
    fact.state = 'queried'
    fact.wasAsked = true
    if (spent(setup, memory)) memory.facts = memory.facts.filter(({ state }) => state !== 'fresh')
    return
  }
  if (fact.state !== 'queried' && fact.state !== 'stalled') return
  if (event.kind === 'stall') {
    fact.state = 'stalled'
    fact.everStalled = true
  } else if (event.kind === 'fail') {
    fact.state = 'failed'
  } else {
    answer(setup, memory, fact, event)
  }
  finishIfSettled(setup, memory)
}

function answer(setup: Setup, memory: Memory, fact: Fact, event: ReplyEvent): void {
  const { responder, token } = event
  let speaker: Fact | undefined
  if (responder.value === fact.node.value && responder.id.length === fact.node.id.length) {
    fact.state = 'responded'
    speaker = fact
  } else {
    fact.state = 'failed'
    if (isStranger(setup, memory, responder)) {
      speaker = newFact(responder, fact.hop, false)
      speaker.state = 'responded'
      memory.facts.push(speaker)
    }
  }
  if (speaker === undefined) return
  speaker.token = token
  const named = distinct(event.closer.filter(({ id }) => id.length === setup.width))
    .sort((a, b) => sign((a.value ^ setup.target) - (b.value ^ setup.target)))
    .slice(0, setup.maxPerResponse)
  const farthest = named.at(-1)
  const own = bits(speaker.node.value ^ setup.target)
  speaker.hasToldAll = farthest !== undefined && bits(farthest.value ^ setup.target) >= own
  if (spent(setup, memory)) return
  for (const node of named) hear(setup, memory, node, speaker.hop + 1)
}

function hear(setup: Setup, memory: Memory, node: TestNode, hop: number): void {
  if (!isStranger(setup, memory, node)) return
  const distance = node.value ^ setup.target
  const fresh = sorted(setup, memory.facts).filter(({ state }) => state === 'fresh')
  let loser: Fact | undefined
  if (setup.heedsAddresses) {
    if (setup.ownAddresses.includes(node.address)) return
    loser = memory.facts.find((f) => f.holdsAddress && f.node.address === node.address)
    if (loser !== undefined && loser.state !== 'fresh') return
  }
  if (loser === undefined && fresh.length === setup.shortlistSize) loser = fresh.at(-1)
  if (loser !== undefined && (loser.node.value ^ setup.target) < distance) return
  memory.facts = memory.facts.filter((fact) => fact !== loser)
  memory.facts.push(newFact(node, hop, true))
}

function isStranger(setup: Setup, memory: Memory, { id, value }: TestNode): boolean {
  return (
    id.length === setup.width &&
    value !== setup.self &&
    !memory.facts.some((f) => f.node.value === value)
  )
}

function finishIfSettled(setup: Setup, memory: Memory): void {
  const window = standing(setup, memory).slice(0, setup.k)
  if (window.every(({ state }) => state === 'responded')) memory.ended = 'complete'
}

function newFact(node: TestNode, hop: number, holdsAddress: boolean): Fact {
  return {
    node,
    holdsAddress,
    hop,
    state: 'fresh',
    token: undefined,
    hasToldAll: false,
    everStalled: false,
    wasAsked: false,
  }
}

function spent(setup: Setup, memory: Memory): boolean {
  return memory.facts.filter(({ wasAsked }) => wasAsked).length >= setup.maxQueries
}

function standing(setup: Setup, memory: Memory): Fact[] {
  return sorted(setup, memory.facts).filter(({ state }) => state !== 'failed')
}

function sorted({ target }: Setup, facts: readonly Fact[]): Fact[] {
  return [...facts].sort((a, b) => sign((a.node.value ^ target) - (b.node.value ^ target)))
}

function distinct(nodes: readonly TestNode[]): TestNode[] {
  return nodes.filter((node, at) => nodes.findIndex(({ value }) => value === node.value) === at)
}
