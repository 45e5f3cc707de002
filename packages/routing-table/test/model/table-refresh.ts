// Which ranges of the model of a table are refreshed as one, and which of them has been quiet for
// longest.

import { type Fact, NEVER, type Range, type Setup } from './facts.ts'

/** What is read of the model here. */
interface Model {
  readonly setup: Setup
  readonly ranges: readonly Range[]
  isBad(fact: Fact): boolean
  membersOf(range: Range): Fact[]
}

/** Ranges that are refreshed as one, and the ids from which the target is drawn. */
export interface Span {
  readonly ranges: readonly Range[]
  readonly low: bigint
  readonly high: bigint
  readonly activeAt: number
}

/** Among equals the nearest. */
export function quietest(model: Model): Span {
  return spansOf(model)
    .reverse()
    .reduce((quiet, each) => (each.activeAt < quiet.activeAt ? each : quiet))
}

/** From the farthest range on, as few together as have k members that are not bad. */
function spansOf(model: Model): Span[] {
  const spans: Span[] = []
  let rest = [...model.ranges]
  while (rest.length > 0) {
    const counts = rest.map((_, at) => aliveIn(model, rest.slice(0, at + 1)).length)
    const enough = counts.findIndex((count) => count >= model.setup.k)
    const ranges = enough < 0 ? rest : rest.slice(0, enough + 1)
    spans.push(spanOf(model, ranges, rest))
    rest = rest.slice(ranges.length)
  }
  return spans
}

function spanOf(model: Model, ranges: readonly Range[], nearer: readonly Range[]): Span {
  // Of several ranges, all ids that are as near to ours as the farthest of them, or nearer.
  const covered = ranges.length === 1 ? ranges : nearer
  const least = (all: readonly bigint[]) => all.toSorted((a, b) => (a < b ? -1 : 1))[0]!
  const most = (all: readonly bigint[]) => all.toSorted((a, b) => (a > b ? -1 : 1))[0]!
  const seen = aliveIn(model, ranges).map(({ seenAt }) => seenAt)
  const refreshedAt = Math.min(...ranges.map((range) => range.refreshedAt))
  return {
    ranges,
    low: least(covered.map(({ low }) => low)),
    high: most(covered.map(({ high }) => high)),
    activeAt: Math.max(refreshedAt, seen.length === 0 ? NEVER : Math.min(...seen)),
  }
}

const aliveIn = (model: Model, ranges: readonly Range[]): Fact[] =>
  ranges.flatMap((range) => model.membersOf(range)).filter((fact) => !model.isBad(fact))
