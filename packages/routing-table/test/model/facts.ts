// The parts of the model of a table: facts about contacts and ranges of ids, and both as text, so
// that the state of the model can be compared with that of a table.

import { idToBigInt, idToHex } from '@dht/id'
import type { BucketSnapshot, Standing, TableSnapshot } from '../../src/index.ts'
import type { Node } from '../support/world.ts'

export interface Setup {
  readonly self: Node['id']
  readonly k: number
  readonly widths: readonly number[]
  readonly maxBuckets: number
  readonly cacheSize: number
  readonly badAfter: number
  readonly questionableAfterMs: number
  readonly refreshAfterMs: number
  readonly checkIntervalMs: number
  readonly checkTimeoutMs: number
  readonly heedsAddresses: boolean
  /** Absent: none. */
  readonly limits?: readonly Limit[]
}

export interface Limit {
  readonly keyOf: (contact: Node) => string | undefined
  readonly perBucket: number
  readonly perTable: number
}

/** Groups of contacts whose addresses are equal modulo `groups`; 0 is in none. */
export const byAddress =
  (groups: number) =>
  ({ address }: Node): string | undefined => {
    const number = Number.parseInt(address.slice(1), 10) || address.charCodeAt(0)
    return number % groups === 0 ? undefined : `${number % groups}`
  }

/** What is known of one contact, member or waiting contact. */
export interface Fact {
  contact: Node
  readonly id: bigint
  /** As it was first told: it counts to the groups of that contact. */
  readonly first: Node
  readonly address: string | undefined
  seenAt: number
  failures: number
  /** How often it was seen since its last check as a waiting contact, 3 at most. */
  messagesSinceCheck: number
  respondedAt: number
  /** Whether a limit was exceeded when it joined. */
  isSurplus: boolean
}

/** A part of the id space, from `low` to below `high`, and its open check. */
export interface Range {
  readonly low: bigint
  readonly high: bigint
  refreshedAt: number
  checkedAt: number
  /** The member that is being checked. */
  checking: Fact | undefined
  checkingSince: number
  /** The last member whose state only its own response can settle. */
  suspect: Fact | undefined
  /** When a waiting contact was last seen. */
  heardAt: number
}

export const NEVER: number = Number.NEGATIVE_INFINITY

export const show = (contact: Node): string => `${idToHex(contact.id)}@${contact.address}`

/** The state of a real table as the same text. */
export function viewOfTable({ buckets, self }: TableSnapshot<Node>): string {
  return buckets
    .map((bucket: BucketSnapshot<Node>) => {
      const { base, length } = bucket.prefix
      const size = 1n << BigInt(8 * self.length - length)
      const span = `${idToBigInt(base).toString(16)}+${size.toString(16)}`
      const members = bucket.members.map(viewOf).sort()
      const candidates = bucket.waiting.map(viewOfCandidate)
      const checked = bucket.checking && show(bucket.checking)
      return viewOfRange({ ...bucket, span, members, candidates, checked })
    })
    .join('\n')
}

export function viewOf(each: {
  readonly contact: Node
  readonly seenAt?: number
  readonly lastSeenAt?: number
  readonly failures: number
  readonly respondedAt: number
}): string {
  const { contact, seenAt, lastSeenAt, failures, respondedAt } = each
  return `${show(contact)}:${seenAt ?? lastSeenAt}:${failures}:${respondedAt}`
}

export function viewOfCandidate(each: {
  readonly contact: Node
  readonly seenAt?: number
  readonly lastSeenAt?: number
  readonly failures: number
  readonly respondedAt: number
  readonly messagesSinceCheck: number
}): string {
  return `${viewOf(each)}:${each.messagesSinceCheck}`
}

export function viewOfRange(range: {
  readonly span: string
  readonly members: readonly string[]
  readonly candidates: readonly string[]
  readonly refreshedAt: number
  readonly checkedAt: number
  readonly checkingSince: number
  readonly checked: string | undefined
}): string {
  const { span, members, candidates, refreshedAt, checkedAt, checkingSince, checked } = range
  const lists = `[${members.join(' ')}] waiting [${candidates.join(' ')}]`
  const checks = `checked ${checkedAt} checking ${checked} since ${checkingSince}`
  return `${span} ${lists} refreshed ${refreshedAt} ${checks}`
}

/** The half with our own id, and the other; each gets the history of the whole. */
export function halve(range: Range, self: bigint): [Range, Range] {
  const middle = (range.low + range.high) / 2n
  const lower = { ...range, high: middle }
  const upper = { ...range, low: middle }
  for (const half of [lower, upper]) {
    const isElsewhere = (fact: Fact | undefined): boolean =>
      fact !== undefined && !(half.low <= fact.id && fact.id < half.high)
    if (isElsewhere(half.suspect)) half.suspect = undefined
    if (range.checking === undefined || isElsewhere(range.checking)) {
      half.checking = undefined
      half.checkingSince = NEVER
    }
  }
  return self < middle ? [lower, upper] : [upper, lower]
}

export function isSame(a: Fact, b: Fact): boolean {
  return a.id === b.id && a.address === b.address
}

/** With the same id, or at the same address. */
export function isRival(a: Fact, b: Fact): boolean {
  return a.id === b.id || (a.address !== undefined && a.address === b.address)
}

/** The result that the table should return, with contacts as text. */
export interface Answer {
  readonly kind: string
  readonly reason?: string
  readonly standing?: Standing
  readonly evicted?: string
  readonly by?: string
}

/** Longest unseen first; among equals the nearest to `self`. */
export function byAge(a: Fact, b: Fact, self: bigint): number {
  if (a.seenAt !== b.seenAt) return a.seenAt < b.seenAt ? -1 : 1
  return (a.id ^ self) < (b.id ^ self) ? -1 : 1
}
