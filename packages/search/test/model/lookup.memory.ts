// What the model of a lookup remembers: facts about ids, the places that contacts hold, and the
// contacts set aside. It is derived again from the whole history at each step. No code under test is
// used, not even its distances.
import type { CandidateState } from '../../src/index.ts'
import type { TestNode } from '../support/network.ts'
import type { HistoryEvent, ReplyEvent, Setup } from './lookup.setup.ts'

/** What became of the contacts that one response named. */
export interface Reporter {
  /** How many contacts it named. */
  readonly named: number
  hits: number
  misses: number
}

/** A contact under which an id was named. */
export interface Sighting {
  readonly node: TestNode
  /** Whose responses named it; undefined: we knew it, or it responded itself. */
  readonly reporters: Reporter[] | undefined
}

interface SentQuery {
  readonly sighting: Sighting
  isOpen: boolean
  hasStalled: boolean
}

/** What is known of one id. */
export interface Fact {
  readonly value: bigint
  readonly hop: number
  /** The contact to query next, the one queried last, or the one that responded. */
  sighting: Sighting
  /** Other contacts that were named with this id, at most `MOST_OTHERS`. */
  others: Sighting[]
  /** All that were sent to contacts with this id. */
  readonly queries: SentQuery[]
  ended: 'responded' | 'failed' | undefined
  token: number | undefined
  hasToldAll: boolean
  /** Of the contacts in its response. */
  reporter: Reporter | undefined
}

export interface Memory {
  facts: Fact[]
  /** Which id holds the endpoint of a contact, in the order in which the places were taken. */
  places: { readonly fact: Fact; readonly node: TestNode }[]
  /** Each id once, unsorted. */
  aside: { readonly sighting: Sighting; readonly hop: number }[]
  /** How many contacts of our own were asked for. */
  known: number
  /** Whether only nodes that named something true take places among the nearest. */
  isWary: boolean
  ended: 'complete' | 'aborted' | undefined
}

const MOST_OTHERS = 32
const MOST_REPORTERS = 16
const OWN_WEIGHT = 2
const MOST_MISSES = 1
const HEAD_BITS = 32n

type Claim =
  | { readonly kind: 'free' | 'taken' | 'full' }
  | { readonly kind: 'held' | 'crowded'; readonly by: Fact }

const bits = (distance: bigint): number => (distance === 0n ? 0 : distance.toString(2).length)

const sign = (difference: bigint): number => (difference < 0n ? -1 : Number(difference > 0n))

export function recall(setup: Setup, history: readonly HistoryEvent[]): Memory {
  const known = Math.max(setup.startingContacts.length, setup.k)
  const memory: Memory = {
    facts: [],
    places: [],
    aside: [],
    known,
    isWary: false,
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

export function stateOf({ ended, queries }: Fact): CandidateState {
  if (ended !== undefined) return ended
  const open = queries.filter(({ isOpen }) => isOpen)
  if (open.length === 0) return 'fresh'
  return open.every(({ hasStalled }) => hasStalled) ? 'stalled' : 'queried'
}

const isUntried = (fact: Fact): boolean => stateOf(fact) === 'fresh' && fact.queries.length === 0

export function sorted({ target }: Setup, facts: readonly Fact[]): Fact[] {
  return [...facts].sort((a, b) => sign((a.value ^ target) - (b.value ^ target)))
}

/** Those that have not failed, nearest first. */
export function standing(setup: Setup, memory: Memory): Fact[] {
  return sorted(setup, memory.facts).filter((fact) => stateOf(fact) !== 'failed')
}

/** The first 32 bits of the distance to the target. */
function headOf({ target, width }: Setup, value: bigint): bigint {
  const shift = BigInt(8 * width) - HEAD_BITS
  const distance = value ^ target
  return shift < 0n ? distance << -shift : distance >> shift
}

/** Whether an id is nearer to the target than this share of the id space. */
export function isWithin(setup: Setup, value: bigint, share: number): boolean {
  const head = headOf(setup, value)
  return head < 2n ** HEAD_BITS - 1n && head < BigInt(Math.floor(share * 2 ** 32))
}

/** How many of the nearest are waited for: k, and up to 2k of those in the region. */
export function reachOf(setup: Setup, memory: Memory): number {
  const inside = standing(setup, memory).filter(({ value }) => {
    return isWithin(setup, value, setup.region)
  })
  return Math.max(setup.k, Math.min(2 * setup.k, inside.length))
}

const isLost = ({ hits, misses }: Reporter): boolean => misses > hits + MOST_MISSES

/** How many reporters that are believed speak for a contact. */
export function weightOf({ reporters }: Sighting): number {
  if (reporters === undefined) return OWN_WEIGHT
  return reporters.filter((reporter) => !isLost(reporter)).length
}

/** Whether hardly anything that it named is true; then it takes no place among the nearest. */
export function isLiar({ isWary }: Pick<Memory, 'isWary'>, { reporter }: Fact): boolean {
  if (reporter === undefined) return false
  const isUnproven = reporter.named > 0 && reporter.hits === 0
  return isLost(reporter) || (isWary && isUnproven)
}

/** The nearest that are waited for, and liars among them. */
export function nearestOf(setup: Setup, memory: Memory): Fact[] {
  const alive = standing(setup, memory)
  const honest = alive.filter((fact) => !isLiar(memory, fact))
  const next = honest[reachOf(setup, memory) - 1]
  return next === undefined ? alive : alive.slice(0, alive.indexOf(next) + 1)
}

/** The contact that would be queried in place of the present one. */
export function otherOf(setup: Setup, memory: Memory, fact: Fact): Sighting | undefined {
  const least = fact.queries.length < setup.contactsPerId ? 1 : 2
  const usable = fact.others.filter((each) => {
    return weightOf(each) >= least && claim(setup, memory, each.node, fact).kind === 'free'
  })
  const most = Math.max(...usable.map(weightOf))
  return usable.find((each) => weightOf(each) === most)
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
    fact.queries.push({ sighting: fact.sighting, isOpen: true, hasStalled: false })
    if (spent(setup, memory)) forgetUnqueried(memory)
    return
  }
  const query = queryOf(fact, event.asked)
  if (query === undefined) return
  if (event.kind === 'stall') {
    if (!query.hasStalled) miss(query.sighting)
    query.hasStalled = true
  } else if (event.kind === 'fail') fail(setup, memory, fact, query)
  else answer(setup, memory, { fact, query, event })
  finishIfSettled(setup, memory)
}

/** The open query that an event is about. An object not seen before stands for the last one. */
function queryOf({ queries }: Fact, asked: TestNode): SentQuery | undefined {
  const known = queries.find(({ sighting }) => sighting.node === asked)
  const query = known ?? queries.findLast(({ isOpen }) => isOpen)
  return query?.isOpen === true ? query : undefined
}

/** The next contact of an id becomes the present one. */
function turn(setup: Setup, memory: Memory, fact: Fact): boolean {
  const other = otherOf(setup, memory, fact)
  if (other === undefined) return false
  fact.others = fact.others.filter((each) => each !== other)
  fact.sighting = other
  memory.places.push({ fact, node: other.node })
  return true
}

/** Before a contact is queried: another one with more believable reporters takes its place. */
function turnToBetter(setup: Setup, memory: Memory, fact: Fact): void {
  const former = fact.sighting
  const other = otherOf(setup, memory, fact)
  if (other === undefined || weightOf(other) <= weightOf(former)) return
  memory.places = memory.places.filter(({ node }) => node !== former.node)
  turn(setup, memory, fact)
  fact.others.push(former)
}

function miss({ reporters = [] }: Sighting): void {
  for (const reporter of reporters) reporter.misses += 1
}

function fail(setup: Setup, memory: Memory, fact: Fact, query: SentQuery): void {
  query.isOpen = false
  if (!query.hasStalled) miss(query.sighting)
  const open = fact.queries.findLast(({ isOpen }) => isOpen)
  if (open !== undefined) fact.sighting = open.sighting
  else if (!turn(setup, memory, fact)) fact.ended = 'failed'
}

function succeed(fact: Fact, query: SentQuery): void {
  for (const each of fact.queries) each.isOpen = false
  fact.ended = 'responded'
  fact.sighting = query.sighting
  for (const reporter of query.sighting.reporters ?? []) {
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
      speaker = newFact(memory, { node: responder, reporters: undefined }, fact.hop)
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
  const by = setup.heedsEndpoints ? { named: named.length, hits: 0, misses: 0 } : undefined
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
  const sighting = { node, reporters: by && [by] }
  if (known === undefined) admit(setup, memory, sighting, hop)
  else if (by !== undefined && known.ended === 'responded') {
    const isTrue = endpointOf(setup, node) === endpointOf(setup, known.sighting.node)
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
  const same = [fact.sighting, ...fact.others].find((other) => {
    return endpointOf(setup, other.node) === endpointOf(setup, node)
  })
  if (same !== undefined) {
    const isRoom = same.reporters !== undefined && same.reporters.length < MOST_REPORTERS
    if (isRoom) same.reporters?.push(by)
  } else if (fact.others.length < MOST_OTHERS) {
    fact.others.push({ node, reporters: [by] })
  }
}

function admit(setup: Setup, memory: Memory, sighting: Sighting, hop: number): void {
  const { node } = sighting
  const claimed = claim(setup, memory, node)
  if (claimed.kind === 'taken') return
  if (claimed.kind === 'full') {
    setAside(memory, sighting, hop)
    return
  }
  const loser = 'by' in claimed ? claimed.by : farthestOfFull(setup, memory)
  const isBetter = loser === undefined || (node.value ^ setup.target) < (loser.value ^ setup.target)
  if (isBetter) {
    if (loser !== undefined) forget(memory, loser)
    insert(memory, sighting, hop)
  }
  if (claimed.kind !== 'crowded') return
  if (isBetter) setAside(memory, claimed.by.sighting, claimed.by.hop)
  else setAside(memory, sighting, hop)
}

function farthestOfFull(setup: Setup, memory: Memory): Fact | undefined {
  const fresh = sorted(setup, memory.facts).filter((fact) => stateOf(fact) === 'fresh')
  return fresh.length < setup.shortlistSize ? undefined : fresh.filter(isUntried).at(-1)
}

/** @param of - the id that the contact would belong to, if it is known */
function claim(setup: Setup, memory: Memory, node: TestNode, of?: Fact): Claim {
  const { heedsAddresses, heedsEndpoints, ownAddresses } = setup
  const endpoint = endpointOf(setup, node)
  if (endpoint === undefined) return { kind: 'free' }
  if (ownAddresses.includes(endpoint)) return { kind: 'taken' }
  const by = memory.places.find((place) => endpointOf(setup, place.node) === endpoint)?.fact
  if (by !== undefined) return isUntried(by) ? { kind: 'held', by } : { kind: 'taken' }
  if (!heedsAddresses || !heedsEndpoints) return { kind: 'free' }
  if (ownAddresses.includes(node.address)) return { kind: 'taken' }
  const places = memory.places.filter((place) => place.node.address === node.address)
  const there = [...new Set(places.map(({ fact }) => fact))]
  if (there.some((fact) => fact === of)) return { kind: 'free' }
  if (there.length < setup.maxPerAddress) return { kind: 'free' }
  const farthest = there
    .filter(isUntried)
    .sort((a, b) => sign(headOf(setup, b.value) - headOf(setup, a.value)))[0]
  return farthest === undefined ? { kind: 'full' } : { kind: 'crowded', by: farthest }
}

export function endpointOf(setup: Setup, { address, port = 0 }: TestNode): string | undefined {
  if (setup.heedsEndpoints) return `${address}:${port}`
  return setup.heedsAddresses ? address : undefined
}

function setAside(memory: Memory, sighting: Sighting, hop: number): void {
  const { value } = sighting.node
  if (memory.aside.some((each) => each.sighting.node.value === value)) return
  memory.aside.push({ sighting, hop })
}

/** The nearest set aside get places while fewer than k others stand; endpoints count all the same. */
function admitAside(setup: Setup, memory: Memory): boolean {
  const distanceOf = ({ sighting }: Memory['aside'][number]): bigint => {
    return sighting.node.value ^ setup.target
  }
  const byDistance = [...memory.aside].sort((a, b) => sign(distanceOf(a) - distanceOf(b)))
  const before = memory.facts.length
  const unlimited = { ...setup, maxPerAddress: Number.POSITIVE_INFINITY, ownAddresses: [] }
  for (const { sighting, hop } of byDistance) {
    if (standing(setup, memory).length >= setup.k) break
    const isFree = claim(unlimited, memory, sighting.node).kind === 'free'
    if (isFree) insert(memory, sighting, hop)
  }
  return memory.facts.length > before
}

function insert(memory: Memory, sighting: Sighting, hop: number): void {
  memory.places.push({ fact: newFact(memory, sighting, hop), node: sighting.node })
}

function forget(memory: Memory, fact: Fact): void {
  memory.facts = memory.facts.filter((each) => each !== fact)
  memory.places = memory.places.filter((place) => place.fact !== fact)
}

function isStranger(setup: Setup, memory: Memory, { id, value }: TestNode): boolean {
  const isKnown = memory.facts.some((fact) => fact.value === value)
  return id.length === setup.width && value !== setup.self && !isKnown
}

function finishIfSettled(setup: Setup, memory: Memory): void {
  const isSettled = (): boolean => {
    return nearestOf(setup, memory).every((fact) => stateOf(fact) === 'responded')
  }
  if (!isSettled()) return
  memory.isWary = true
  if (!isSettled()) return
  if (hearMore(setup, memory) || admitAside(setup, memory)) return
  memory.ended = 'complete'
}

/** Where fewer than k can be believed, twice as many of our own contacts are taken, until one is new. */
function hearMore(setup: Setup, memory: Memory): boolean {
  const believed = standing(setup, memory).filter((fact) => !isLiar({ isWary: true }, fact)).length
  if (setup.more === undefined || spent(setup, memory) || believed >= setup.k) return false
  const before = memory.facts.length
  do {
    memory.known *= 2
    const ours = setup.more.slice(0, memory.known).filter((one) => mayAsk(setup, one))
    for (const node of ours) hear(setup, memory, { node }, 1)
  } while (memory.facts.length === before && memory.known <= setup.more.length)
  return memory.facts.length > before
}

function newFact(memory: Memory, sighting: Sighting, hop: number): Fact {
  const { value } = sighting.node
  const fact: Fact = {
    value,
    hop,
    sighting,
    others: [],
    queries: [],
    ended: undefined,
    token: undefined,
    hasToldAll: false,
    reporter: undefined,
  }
  memory.facts.push(fact)
  memory.aside = memory.aside.filter((each) => each.sighting.node.value !== value)
  return fact
}

function spent({ maxQueries }: Setup, { facts }: Memory): boolean {
  return facts.flatMap(({ queries }) => queries).length >= maxQueries
}

function distinct(nodes: readonly TestNode[]): TestNode[] {
  return nodes.filter((node, at) => nodes.findIndex(({ value }) => value === node.value) === at)
}
