// Counts the queries that all running honest nodes have sent, and those that expired. The numbers
// come from the nodes' own counters. If all nodes run and no packet is lost, every expired query
// was sent to a live node.

import type { World } from '../world.ts'

export interface QueryCount {
  /** Queries sent since the nodes started. */
  readonly sent: number
  /** Queries that expired without a response. */
  readonly expired: number
}

export function countQueries({ honest }: World): QueryCount {
  let [sent, expired] = [0, 0]
  for (const { core, now } of honest) {
    const counters = core?.info(now).counters
    sent += counters?.queriesSent ?? 0
    expired += counters?.queriesTimedOut ?? 0
  }
  return { sent, expired }
}
