// Which checks the model of a table wants in one range. Separate from the model itself, because it
// only reads it.

import { type Fact, NEVER, type Range, type Setup } from './facts.ts'

/** What is read of the model here. */
interface Model {
  readonly setup: Setup
  readonly self: bigint
  readonly now: number
  readonly wasMember: boolean
  readonly members: readonly Fact[]
  readonly ranges: readonly Range[]
  weakest(range: Range): Fact | undefined
  isBad(fact: Fact): boolean
  hasRoomFor(id: bigint): boolean
  candidatesOf(range: Range): Fact[]
  membersOf(range: Range): Fact[]
  freeAt(range: Range): number
  memberFreeAt(range: Range): number
}

/** The waiting contact that has responded or was seen most often, of equals the newest. */
export function candidateToCheck(model: Model, range: Range): Fact | undefined {
  const weakest = model.weakest(range)
  const hasBad = weakest !== undefined && model.isBad(weakest)
  return model
    .candidatesOf(range)
    .reverse()
    .filter((each) => weightOf(each) > 0 && claimed(model, each) === undefined)
    .filter((each) => hasBad || model.hasRoomFor(each.id))
    .sort((a, b) => weightOf(b) - weightOf(a) || 0)[0]
}

/** The member to be checked, and from when on, regardless of open checks. */
export function memberToCheck(
  model: Model,
  range: Range,
): { readonly fact: Fact; readonly at: number } | undefined {
  const claims = model.candidatesOf(range).reverse()
  const suspect = model.members.find((each) => each === range.suspect)
  const named = claims.map((each) => claimed(model, each)).find((each) => each !== undefined)
  const urgent = named ?? suspect
  if (urgent !== undefined) return { fact: urgent, at: NEVER }
  const silent = model
    .membersOf(range)
    .filter((fact) => !model.isBad(fact))
    .sort((a, b) => {
      if (a.seenAt !== b.seenAt) return a.seenAt < b.seenAt ? -1 : 1
      return (a.id ^ model.self) < (b.id ^ model.self) ? -1 : 1
    })[0]
  return silent && { fact: silent, at: silent.seenAt + model.setup.questionableAfterMs }
}

/**
 * The range of the next check that may start now, and whether it is of a member: kinds alternate.
 */
export function nextCheck(
  model: Model,
): { readonly range: Range; readonly isMember: boolean } | undefined {
  const { now, wasMember } = model
  const free = model.ranges.toReversed().filter((range) => model.freeAt(range) <= now)
  const [member] = free
    .filter((range) => memberAt(model, range) <= now)
    .sort((a, b) => a.checkingSince - b.checkingSince || 0)
  const weightIn = (range: Range): number => weightOf(candidateToCheck(model, range))
  const [candidate] = free
    .filter((range) => weightIn(range) > 0)
    .sort((a, b) => weightIn(b) - weightIn(a) || b.heardAt - a.heardAt || 0)
  if (candidate === undefined) return member && { range: member, isMember: true }
  if (member === undefined || wasMember) return { range: candidate, isMember: false }
  return { range: member, isMember: true }
}

/** When a check may next start in a range. */
export function checkDueIn(model: Model, range: Range): number {
  const hasCandidate = candidateToCheck(model, range) !== undefined
  return Math.max(hasCandidate ? NEVER : memberAt(model, range), model.freeAt(range))
}

function memberAt(model: Model, range: Range): number {
  return Math.max(memberToCheck(model, range)?.at ?? Infinity, model.memberFreeAt(range))
}

/** The weight of a waiting contact for a check: infinite, if it has responded. */
function weightOf(fact: Fact | undefined): number {
  if (fact === undefined || fact.messagesSinceCheck === 0) return 0
  return fact.seenAt === NEVER ? fact.messagesSinceCheck : Infinity
}

/** The member that is not bad and whose id a waiting contact has. */
function claimed(model: Model, { id }: Fact): Fact | undefined {
  return model.members.find((each) => each.id === id && !model.isBad(each))
}
