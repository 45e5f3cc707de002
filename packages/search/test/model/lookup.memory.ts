// What the model of a lookup remembers: it is derived again from the whole history at each step.
import type { TestNode } from '../support/network.ts'
import {
  bits,
  endpointOf,
  type Fact,
  forget,
  isLiar,
  isOnItsWay,
  isStranger,
  isUntried,
  type Memory,
  nearestOf,
  newFact,
  type ReportedContact,
  type Reporter,
  type SentQuery,
  sign,
  spent,
  standing,
  stateOf,
} from './lookup.facts.ts'
import { admit, admitAside, turn, turnToBetter } from './lookup.places.ts'
import type { HistoryEvent, ReplyEvent, Setup } from './lookup.setup.ts'

const MOST_OTHERS = 128
const MOST_REPORTERS = 16

export function recall(setup: Setup, history: readonly HistoryEvent[]): Memory {
  const known = Math.max(setup.startingContacts.length, setup.k)
  const memory: Memory = {
    facts: [],
    places: [],
    aside: [],
    known,
    prompt: undefined,
    needsProof: false,
    ended: undefined,
  }
  for (const node of setup.startingContacts.filter((one) => mayAsk(setup, one))) {
    hear(setup, memory, { node }, 1)
  }
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
  const fact = memory.facts.find(({ value }) => value === event.asked.value)
  if (fact === undefined) return
  if (event.kind === 'query') {
    if (stateOf(fact) === 'stalled') turn(setup, memory, fact)
    else turnToBetter(setup, memory, fact)
    fact.queries.push({ reported: fact.reported, isOpen: true, hasStalled: false })
    if (spent(setup, memory)) forgetUnqueried(memory)
    return
  }
  const query = queryOf(fact, event.asked)
  if (query === undefined) return
  if (event.kind === 'stall') {
    if (query.hasStalled) return
    miss(query.reported)
    query.hasStalled = true
    hearPrompt(setup, memory)
  } else if (event.kind === 'fail') fail(setup, memory, fact, query)
  else answer(setup, memory, { fact, query, event })
  finishIfSettled(setup, memory)
}

/** The open query that an event is about. An object not seen before stands for the last one. */
function queryOf({ queries }: Fact, asked: TestNode): SentQuery | undefined {
  const known = queries.find(({ reported }) => reported.node === asked)
  const query = known ?? queries.findLast(({ isOpen }) => isOpen)
  return query?.isOpen === true ? query : undefined
}

function miss({ reporters }: ReportedContact): void {
  for (const reporter of reporters) reporter.misses += 1
}

function fail(setup: Setup, memory: Memory, fact: Fact, query: SentQuery): void {
  query.isOpen = false
  if (!query.hasStalled) miss(query.reported)
  const open = fact.queries.findLast(({ isOpen }) => isOpen)
  if (open !== undefined) fact.reported = open.reported
  else if (!turn(setup, memory, fact)) fact.ended = 'failed'
}

function succeed(fact: Fact, query: SentQuery): void {
  for (const each of fact.queries) each.isOpen = false
  fact.ended = 'responded'
  fact.reported = query.reported
  for (const reporter of query.reported.reporters) {
    reporter.hits += 1
    if (query.hasStalled) reporter.misses -= 1
  }
  for (const other of fact.others) miss(other)
}

function forgetUnqueried(memory: Memory): void {
  for (const fact of memory.facts.filter(isUntried)) forget(memory, fact)
  for (const fact of memory.facts) {
    if (stateOf(fact) === 'fresh') fact.ended = 'failed'
    fact.others = []
  }
  memory.aside = []
}

function answer(
  setup: Setup,
  memory: Memory,
  to: { readonly fact: Fact; readonly query: SentQuery; readonly event: ReplyEvent },
): void {
  const { fact, query, event } = to
  const { responder, token } = event
  let speaker: Fact | undefined
  if (responder.value === fact.value) {
    succeed(fact, query)
    speaker = fact
  } else {
    fail(setup, memory, fact, query)
    if (isStranger(setup, memory, responder)) {
      speaker = newFact(memory, { node: responder, isOwn: true, reporters: [] }, fact.hop)
      speaker.ended = 'responded'
    }
  }
  if (speaker === undefined) return
  speaker.token = token
  const named = distinct(
    event.closer.filter((one) => one.id.length === setup.width && mayAsk(setup, one)),
  )
    .sort((a, b) => sign((a.value ^ setup.target) - (b.value ^ setup.target)))
    .slice(0, setup.maxPerResponse)
  const farthest = named.at(-1)
  const own = bits(speaker.value ^ setup.target)
  speaker.hasToldAll = farthest !== undefined && bits(farthest.value ^ setup.target) >= own
  if (spent(setup, memory)) return
  const isRenamed = responder.value !== fact.value && setup.region > 0
  const by = setup.heedsEndpoints
    ? { named: named.length, isRenamed, hits: 0, misses: 0 }
    : undefined
  speaker.reporter = by
  for (const node of named) hear(setup, memory, { node, by }, speaker.hop + 1)
}

const mayAsk = ({ barred }: Setup, { value }: TestNode): boolean => {
  return barred === undefined || Number(value % 5n) !== barred
}

interface Report {
  readonly node: TestNode
  /** Undefined: we know the contact ourselves. */
  readonly by?: Reporter | undefined
}

function hear(setup: Setup, memory: Memory, report: Report, hop: number): void {
  const { node, by } = report
  if (node.id.length !== setup.width || node.value === setup.self) return
  const known = memory.facts.find(({ value }) => value === node.value)
  const reported = { node, isOwn: by === undefined, reporters: by === undefined ? [] : [by] }
  if (known === undefined) admit(setup, memory, reported, hop)
  else if (by !== undefined && known.ended === 'responded') {
    const isTrue = endpointOf(setup, node) === endpointOf(setup, known.reported.node)
    if (isTrue) by.hits += 1
    else by.misses += 1
  } else if (by !== undefined) {
    hearAgain(setup, known, { node, by })
    if (known.ended === 'failed' && turn(setup, memory, known)) known.ended = undefined
  }
}

/** One more response named a contact with an id that is known. */
function hearAgain(setup: Setup, fact: Fact, { node, by }: Required<Report>): void {
  if (by === undefined) return
  const same = [fact.reported, ...fact.others].find((other) => {
    return endpointOf(setup, other.node) === endpointOf(setup, node)
  })
  if (same !== undefined) {
    if (same.reporters.length < MOST_REPORTERS) same.reporters.push(by)
  } else if (fact.others.length < MOST_OTHERS) {
    fact.others.push({ node, isOwn: false, reporters: [by] })
  }
}

function finishIfSettled(setup: Setup, memory: Memory): void {
  const isSettled = (): boolean => {
    return nearestOf(setup, memory).every((fact) => stateOf(fact) === 'responded')
  }
  if (!isSettled()) return
  memory.needsProof = true
  if (!isSettled()) return
  if (hearMore(setup, memory) || admitAside(setup, memory)) return
  memory.ended = 'complete'
}

/** Where fewer than k can be believed: more and more of our own contacts, until one is new. */
function hearMore(setup: Setup, memory: Memory): boolean {
  const believed = standing(setup, memory).filter(
    (fact) => !isLiar({ needsProof: true }, fact),
  ).length
  if (setup.more === undefined || spent(setup, memory) || believed >= setup.k) return false
  const before = memory.facts.length
  do {
    memory.known *= 2
    const ours = setup.more.slice(0, memory.known).filter((one) => mayAsk(setup, one))
    for (const node of ours) hear(setup, memory, { node }, 1)
  } while (memory.facts.length === before && memory.known <= setup.more.length)
  return memory.facts.length > before
}

/** Once, on the way to the target: the contacts that answer soon are ours, too. */
function hearPrompt(setup: Setup, memory: Memory): void {
  const isWanted = memory.prompt === undefined && isOnItsWay(setup, memory)
  if (setup.prompt === undefined || !isWanted || spent(setup, memory)) return
  const prompt = setup.prompt.slice(0, setup.k)
  for (const node of prompt.filter((one) => mayAsk(setup, one))) hear(setup, memory, { node }, 1)
  memory.prompt = prompt.map(({ value }) => value)
}

function distinct(nodes: readonly TestNode[]): TestNode[] {
  return nodes.filter((node, at) => nodes.findIndex(({ value }) => value === node.value) === at)
}
