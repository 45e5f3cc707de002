// What no step of a table may do, checked on the states before and after it. Independent of the
// model: it contains no rule of the table, only what must not happen. Violations are returned as
// text.

import type { TableEntrySnapshot, TableSnapshot } from '../../src/index.ts'
import { spansOf } from '../support/active.ts'
import type { Node } from '../support/world.ts'
import { NEVER, type Setup, show } from './facts.ts'

export type StepKind =
  | 'queried'
  | 'responded'
  | 'late'
  | 'failed'
  | 'forget'
  | 'restore'
  | 'time'
  | 'work'

export interface Step {
  readonly kind: StepKind
  /** The contact of the step. */
  readonly contact?: Node
  readonly now: number
  readonly before: TableSnapshot<Node>
  readonly after: TableSnapshot<Node>
}

type Entries = ReadonlyMap<string, TableEntrySnapshot<Node>>

/** All violations in a step; empty when there is none. */
export function stepViolations(step: Step, setup: Setup): string[] {
  return [
    ...membershipViolations(step, setup),
    ...historyViolations(step),
    ...workViolations(step, setup),
  ]
}

/** Which contacts may join and which may leave. */
function membershipViolations({ kind, now, before, after }: Step, setup: Setup): string[] {
  const found: string[] = []
  const [was, is] = [membersOf(before), membersOf(after)]
  const gone = [...was].filter(([key]) => !is.has(key))
  const come = [...is].filter(([key]) => !was.has(key))
  if (kind !== 'forget') {
    if (is.size < was.size) found.push('STATE-58: there are fewer members')
    for (const [key, { failures }] of gone) {
      const inAll = failures + (kind === 'failed' ? 1 : 0)
      if (inAll < setup.badAfter) found.push(`STATE-50: ${key} had to go, but is not bad`)
    }
  }
  for (const [key, { lastSeenAt, failures }] of come) {
    if (failures > 0) found.push(`META-2: ${key} comes with failures`)
    if (kind === 'restore') continue
    if (lastSeenAt === NEVER) found.push(`STATE-54: ${key} came in and has never answered`)
    if (lastSeenAt > now) found.push(`META-59: ${key} was seen in the future`)
    const mayBring = kind === 'responded' || kind === 'late' || kind === 'failed'
    if (!mayBring) found.push(`STATE-54: ${key} came in by ${kind}`)
  }
  return found
}

/** How the facts about a contact may change. */
function historyViolations({ kind, contact, before, after }: Step): string[] {
  const found: string[] = []
  const told = contact && show(contact)
  const was = new Map([...waitingIn(before), ...membersOf(before)])
  for (const [key, { lastSeenAt, failures }] of [...waitingIn(after), ...membersOf(after)]) {
    const old = was.get(key)
    const hasAnswered = (kind === 'responded' || kind === 'late') && told === key
    const seenBefore = old?.lastSeenAt ?? NEVER
    if (lastSeenAt < seenBefore && kind !== 'restore') found.push(`META-59: ${key} grew younger`)
    if (seenBefore === NEVER && lastSeenAt !== NEVER && !hasAnswered) {
      found.push(`META-51: ${key} counts as one that answered`)
    }
    const change = failures - (old?.failures ?? 0)
    if (change < 0 && !hasAnswered && kind !== 'restore') found.push(`META-53: ${key} is forgiven`)
    if (change < -1 && kind === 'late') found.push(`META-61: ${key} is forgiven more than one`)
    if (change > 0 && !(kind === 'failed' && told === key)) found.push(`META-7: ${key} is blamed`)
  }
  return found
}

/** When checks and refreshes may begin. */
function workViolations({ kind, now, before, after }: Step, setup: Setup): string[] {
  const found: string[] = []
  if (kind === 'restore') return found
  if (after.buckets.length < before.buckets.length) found.push('RT-57: ranges were merged')
  after.buckets.forEach((bucket, index) => {
    const old = before.buckets[Math.min(index, before.buckets.length - 1)]!
    if (bucket.checkedAt !== old.checkedAt) {
      if (kind !== 'work') found.push(`STATE-52: a check in ${index} that nobody took`)
      if (bucket.checkedAt !== now) found.push(`STATE-52: a check in ${index} at another time`)
      if (now < old.checkedAt + setup.checkIntervalMs) {
        found.push(`STATE-52: two checks at once in ${index}`)
      }
    }
    const { checking, checkingSince } = old
    const hasBegun = bucket.checking !== undefined && bucket.checkingSince !== checkingSince
    if (hasBegun && bucket.checkedAt !== bucket.checkingSince) {
      found.push(`STATE-52: a check in ${index} that never began`)
    }
    if (hasBegun && checking !== undefined && now < checkingSince + setup.checkTimeoutMs) {
      found.push(`STATE-52: two members of ${index} are checked at once`)
    }
    if (bucket.refreshedAt !== old.refreshedAt) {
      const span = spansOf(before.buckets, setup).find(({ buckets }) => buckets.includes(old))!
      if (now < span.activeAt + setup.refreshAfterMs) found.push(`REFRESH-4: ${index} was active`)
    }
  })
  return found
}

function membersOf({ buckets }: TableSnapshot<Node>): Entries {
  return byContact(buckets.flatMap(({ members }) => members))
}

function waitingIn({ buckets }: TableSnapshot<Node>): Entries {
  return byContact(buckets.flatMap(({ waiting }) => waiting))
}

const byContact = (entries: readonly TableEntrySnapshot<Node>[]): Entries =>
  new Map(entries.map((entry) => [show(entry.contact), entry]))
