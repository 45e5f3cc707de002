// Runs a region lookup in a world that responds, in a random order of delivery, and records each
// query with what became of it.
import type { LookupResponse, QueryStep, RegionLookup, ResponseVerdict } from '../../src/index.ts'
import { below, type Chance } from './chance.ts'
import type { TestNode } from './network.ts'

/** What a node responds to a query; `silence`: nothing. */
export type Reply = (step: QueryStep<TestNode>) => LookupResponse<TestNode> | 'silence'

export interface Query {
  readonly step: QueryStep<TestNode>
  readonly isSweeping: boolean
  outcome: ResponseVerdict['kind'] | 'failed' | undefined
}

const STALL_PER_SETTLEMENT = 0.2
const MORE_THAN_ANY_LOOKUP = 5_000

/** @param check - called after each event */
export function sweep(
  lookup: RegionLookup<TestNode>,
  reply: Reply,
  random: Chance,
  check: (queries: readonly Query[]) => void = () => undefined,
): readonly Query[] {
  const queries: Query[] = []
  const open: Query[] = []
  for (let turn = 0; turn < MORE_THAN_ANY_LOOKUP; turn++) {
    let step = lookup.next()
    for (; step.kind === 'query'; step = lookup.next()) {
      const { isSweeping } = lookup
      const query: Query = { step, isSweeping, outcome: undefined }
      queries.push(query)
      open.push(query)
    }
    check(queries)
    if (step.kind === 'done') return queries
    if (open.length === 0) throw new Error('waits for nothing')
    const at = below(open.length, random)
    if (random() < STALL_PER_SETTLEMENT) lookup.stalled(open[at]!.step)
    else settle(lookup, open.splice(at, 1)[0]!, reply)
    check(queries)
  }
  throw new Error('never ends')
}

function settle(lookup: RegionLookup<TestNode>, query: Query, reply: Reply): void {
  const response = reply(query.step)
  if (response === 'silence') {
    lookup.failed(query.step)
    query.outcome = 'failed'
  } else query.outcome = lookup.responded(query.step, response).kind
}
