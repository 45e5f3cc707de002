// Which room the model of a table has, and which of it the limits leave to a contact.

import { type Fact, halve, type Range, type Setup } from './facts.ts'

/** What is read of the model here. */
interface Model {
  readonly setup: Setup
  readonly self: bigint
  readonly members: readonly Fact[]
  readonly ranges: readonly Range[]
  isBad(fact: Fact): boolean
  rangeOf(id: bigint): Range
  membersOf(range: Range): Fact[]
}

/** The member whose place a contact would get, a free place, or none. */
export type Placement = Fact | 'free' | 'none'

/** The ranges with room for `id`, after halving our own as often as necessary. */
export function rangesWithRoom(model: Model, id: bigint): Range[] | undefined {
  const ids = [id, ...model.members.map((each) => each.id)]
  const { k, widths, maxBuckets } = model.setup
  const ranges = [...model.ranges]
  const isCrowded = ({ low, high }: Range, width: number) =>
    ids.filter((each) => low <= each && each < high).length > width
  const target = model.rangeOf(id)
  if (target !== ranges.at(-1)) {
    return isCrowded(target, widths[ranges.indexOf(target)] ?? k) ? undefined : ranges
  }
  while (isCrowded(ranges.at(-1)!, k)) {
    const own = ranges.pop()!
    if (own.high - own.low === 1n || ranges.length + 1 >= maxBuckets) return undefined
    const [near, far] = halve(own, model.self)
    if (isCrowded(far, widths[ranges.length] ?? k)) return undefined
    ranges.push(far, near)
  }
  return ranges
}

/**
 * Whether `fact` would exceed a limit after `leaving` has left.
 *
 * @param enough - members of other groups with which a limit holds
 */
export function exceedsLimits(
  model: Model,
  fact: Fact,
  leaving: Fact | undefined,
  enough: number = model.setup.k,
): boolean {
  const rest = model.members.filter((each) => each !== leaving)
  return (model.setup.limits ?? []).some((limit) => {
    const group = limit.keyOf(fact.first)
    if (group === undefined) return false
    const alike = rest.filter(({ first }) => limit.keyOf(first) === group)
    if (rest.length - alike.length < enough) return false
    const range = model.rangeOf(fact.id)
    const here = alike.filter(({ id }) => model.rangeOf(id) === range)
    return alike.length >= limit.perTable || here.length >= limit.perBucket
  })
}

/** The first limit that `newcomer` exceeds, if k members of other groups are known. */
function groupmates(model: Model, newcomer: Fact): readonly Fact[] {
  const limit = (model.setup.limits ?? []).find((each) => {
    const alone = { ...model.setup, limits: [each] }
    return exceedsLimits(Object.create(model, { setup: { value: alone } }), newcomer, undefined)
  })
  if (limit === undefined) return []
  const group = limit.keyOf(newcomer.first)
  return model.members.filter(({ first }) => limit.keyOf(first) === group)
}

/** What the limits make of the placement that a contact would get; undefined: nothing. */
export function placementWithinLimits(
  model: Model,
  newcomer: Fact,
  wanted: Placement,
  hasAnswered: boolean,
): Placement | undefined {
  const range = model.rangeOf(newcomer.id)
  const sameId = model.members.find(({ id }) => id === newcomer.id)
  const rival = model.members.find(({ address }) => {
    return address !== undefined && address === newcomer.address
  })
  if (wanted === 'none' && sameId === undefined && hasAnswered) {
    const surplus = model.membersOf(range).find((each) => {
      if (!each.isSurplus || !exceedsLimits(model, each, each, 0)) return false
      return !exceedsLimits(model, newcomer, each, 0)
    })
    if (surplus !== undefined) return surplus
  }
  const leaving = typeof wanted === 'string' ? sameId : wanted
  if (!exceedsLimits(model, newcomer, leaving)) return wanted
  if (!hasAnswered || sameId !== undefined || rival !== undefined) return undefined
  // Far to near, and in each range the one not seen for longest first.
  const mates = groupmates(model, newcomer).filter((each) => model.isBad(each))
  const places = wanted === 'free' ? model.ranges : [range]
  return places
    .flatMap((place) => mates.filter(({ id }) => model.rangeOf(id) === place).sort(byAge))
    .find((each) => !exceedsLimits(model, newcomer, each))
}

const byAge = (a: Fact, b: Fact): number => (a.seenAt === b.seenAt ? 0 : a.seenAt - b.seenAt)
