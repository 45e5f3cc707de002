// Which contacts have places among the candidates of a lookup, and which contact an id is asked at.
import type { TestNode } from '../support/network.ts'
import {
  endpointOf,
  type Fact,
  forget,
  headOf,
  isUntried,
  type Memory,
  newFact,
  type ReportedContact,
  sign,
  sorted,
  standing,
  stateOf,
  weightOf,
} from './lookup.facts.ts'
import type { Setup } from './lookup.setup.ts'

type Claim =
  | { readonly kind: 'free' | 'taken' | 'full' }
  | { readonly kind: 'held' | 'crowded'; readonly by: Fact }

/** The contact that would be queried in place of the present one. */
export function otherOf(setup: Setup, memory: Memory, fact: Fact): ReportedContact | undefined {
  const least = fact.queries.length < setup.contactsPerId ? 1 : 2
  const usable = fact.others.filter((each) => {
    return weightOf(each) >= least && claim(setup, memory, each.node, fact).kind === 'free'
  })
  const most = Math.max(...usable.map(weightOf))
  return usable.find((each) => weightOf(each) === most)
}

/** The next contact of an id becomes the present one. */
export function turn(setup: Setup, memory: Memory, fact: Fact): boolean {
  const other = otherOf(setup, memory, fact)
  if (other === undefined) return false
  fact.others = fact.others.filter((each) => each !== other)
  fact.reported = other
  memory.places.push({ fact, node: other.node })
  return true
}

/** Before a contact is queried: another one with more believable reporters takes its place. */
export function turnToBetter(setup: Setup, memory: Memory, fact: Fact): void {
  const former = fact.reported
  const other = otherOf(setup, memory, fact)
  if (other === undefined || weightOf(other) <= weightOf(former)) return
  memory.places = memory.places.filter(({ node }) => node !== former.node)
  turn(setup, memory, fact)
  fact.others.push(former)
}

export function admit(setup: Setup, memory: Memory, reported: ReportedContact, hop: number): void {
  const { node } = reported
  const claimed = claim(setup, memory, node)
  if (claimed.kind === 'taken') return
  if (claimed.kind === 'full') {
    setAside(memory, reported, hop)
    return
  }
  const loser = 'by' in claimed ? claimed.by : farthestOfFull(setup, memory)
  const isBetter = loser === undefined || (node.value ^ setup.target) < (loser.value ^ setup.target)
  if (isBetter) {
    if (loser !== undefined) forget(memory, loser)
    insert(memory, reported, hop)
  }
  if (claimed.kind !== 'crowded') return
  if (isBetter) setAside(memory, claimed.by.reported, claimed.by.hop)
  else setAside(memory, reported, hop)
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

function setAside(memory: Memory, reported: ReportedContact, hop: number): void {
  const { value } = reported.node
  if (memory.aside.some((each) => each.reported.node.value === value)) return
  memory.aside.push({ reported, hop })
}

/** The nearest set aside get places while fewer than k others stand; no endpoint has two. */
export function admitAside(setup: Setup, memory: Memory): boolean {
  const distanceOf = ({ reported }: Memory['aside'][number]): bigint => {
    return reported.node.value ^ setup.target
  }
  const byDistance = [...memory.aside].sort((a, b) => sign(distanceOf(a) - distanceOf(b)))
  const before = memory.facts.length
  const unlimited = { ...setup, maxPerAddress: Number.POSITIVE_INFINITY, ownAddresses: [] }
  for (const { reported, hop } of byDistance) {
    if (standing(setup, memory).length >= setup.k) break
    const isFree = claim(unlimited, memory, reported.node).kind === 'free'
    if (isFree) insert(memory, reported, hop)
  }
  return memory.facts.length > before
}

function insert(memory: Memory, reported: ReportedContact, hop: number): void {
  memory.places.push({ fact: newFact(memory, reported, hop), node: reported.node })
}
