// Counts the queries of all running nodes, and how many of them expired, by the nodes' own
// counters. If all nodes run and nothing is lost, each expired query was sent to a live node.

import type { World } from '../world.ts'

export interface QueryCount {
  /** Queries since the nodes started. */
  readonly asked: number
  /** Queries that expired. */
  readonly givenUp: number
}

export function countQueries({ honest }: World): QueryCount {
  let [asked, givenUp] = [0, 0]
  for (const { core, now } of honest) {
    const counters = core?.info(now).counters
    asked += counters?.queriesSent ?? 0
    givenUp += counters?.queriesTimedOut ?? 0
  }
  return { asked, givenUp }
}
