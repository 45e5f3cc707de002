// Facts about ids, which the model of a lookup keeps, and what follows from them. No code under
// test is used, not even its distances.
import type { CandidateState } from '../../src/index.ts'
import type { TestNode } from '../support/network.ts'
import type { Setup } from './lookup.setup.ts'

const OWN_WEIGHT = 2
const MOST_MISSES = 1
const HEAD_BITS = 32n

export const bits = (distance: bigint): number =>
  distance === 0n ? 0 : distance.toString(2).length

export const sign = (difference: bigint): number => (difference < 0n ? -1 : Number(difference > 0n))

/** What became of the contacts that one response named. */
export interface Reporter {
  /** How many contacts it named. */
  readonly named: number
  /** Whether the node responded under another id than it was asked under. */
  readonly isRenamed: boolean
  hits: number
  misses: number
}

/** A contact under which an id was named. */
export interface ReportedContact {
  readonly node: TestNode
  /** Whether we knew it, or it responded itself. */
  readonly isOwn: boolean
  /** Whose responses named it. */
  readonly reporters: Reporter[]
}

export interface SentQuery {
  readonly reported: ReportedContact
  isOpen: boolean
  hasStalled: boolean
}

/** What is known of one id. */
export interface Fact {
  readonly value: bigint
  readonly hop: number
  /** The contact to query next, the one queried last, or the one that responded. */
  reported: ReportedContact
  /** Other contacts that were named with this id, at most `MOST_OTHERS`. */
  others: ReportedContact[]
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
  aside: { readonly reported: ReportedContact; readonly hop: number }[]
  /** How many contacts of our own were asked for. */
  known: number
  /** The ids of contacts that answer soon, since the first stall on the way to the target. */
  prompt: readonly bigint[] | undefined
  /** Whether only nodes that named something true take places among the nearest. */
  needsProof: boolean
  ended: 'complete' | 'aborted' | undefined
}

export function stateOf({ ended, queries }: Fact): CandidateState {
  if (ended !== undefined) return ended
  const open = queries.filter(({ isOpen }) => isOpen)
  if (open.length === 0) return 'fresh'
  return open.every(({ hasStalled }) => hasStalled) ? 'stalled' : 'queried'
}

export const isUntried = (fact: Fact): boolean =>
  stateOf(fact) === 'fresh' && fact.queries.length === 0

export function sorted({ target }: Setup, facts: readonly Fact[]): Fact[] {
  return [...facts].sort((a, b) => sign((a.value ^ target) - (b.value ^ target)))
}

/** Those that have not failed, nearest first. */
export function standing(setup: Setup, memory: Memory): Fact[] {
  return sorted(setup, memory.facts).filter((fact) => stateOf(fact) !== 'failed')
}

/** The first 32 bits of the distance to the target. */
export function headOf({ target, width }: Setup, value: bigint): bigint {
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

/** Whether the nearest node that responded knows of nearer ones. */
export function isOnItsWay(setup: Setup, memory: Memory): boolean {
  const nearest = standing(setup, memory).find((fact) => stateOf(fact) === 'responded')
  return nearest?.hasToldAll !== true
}

const isLost = ({ isRenamed, hits, misses }: Reporter): boolean =>
  isRenamed || misses > hits + MOST_MISSES

/** How many reporters that are believed speak for a contact. */
export function weightOf({ isOwn, reporters }: ReportedContact): number {
  if (isOwn) return OWN_WEIGHT
  return reporters.filter((reporter) => !isLost(reporter)).length
}

/** Whether hardly anything that it named is true; then it takes no place among the nearest. */
export function isLiar({ needsProof }: Pick<Memory, 'needsProof'>, { reporter }: Fact): boolean {
  if (reporter === undefined) return false
  const isUnproven = reporter.named > 0 && reporter.hits === 0
  return isLost(reporter) || (needsProof && isUnproven)
}

/** The nearest that are waited for, and liars among them. */
export function nearestOf(setup: Setup, memory: Memory): Fact[] {
  const alive = standing(setup, memory)
  const honest = alive.filter((fact) => !isLiar(memory, fact))
  const next = honest[reachOf(setup, memory) - 1]
  return next === undefined ? alive : alive.slice(0, alive.indexOf(next) + 1)
}

export function forget(memory: Memory, fact: Fact): void {
  memory.facts = memory.facts.filter((each) => each !== fact)
  memory.places = memory.places.filter((place) => place.fact !== fact)
}

export function isStranger(setup: Setup, memory: Memory, { id, value }: TestNode): boolean {
  const isKnown = memory.facts.some((fact) => fact.value === value)
  return id.length === setup.width && value !== setup.self && !isKnown
}

export function newFact(memory: Memory, reported: ReportedContact, hop: number): Fact {
  const { value } = reported.node
  const fact: Fact = {
    value,
    hop,
    reported,
    others: [],
    queries: [],
    ended: undefined,
    token: undefined,
    hasToldAll: false,
    reporter: undefined,
  }
  memory.facts.push(fact)
  memory.aside = memory.aside.filter((each) => each.reported.node.value !== value)
  return fact
}

export function spent({ maxQueries }: Setup, { facts }: Memory): boolean {
  return facts.flatMap(({ queries }) => queries).length >= maxQueries
}

export function endpointOf(setup: Setup, { address, port = 0 }: TestNode): string | undefined {
  if (setup.heedsEndpoints) return `${address}:${port}`
  return setup.heedsAddresses ? address : undefined
}
