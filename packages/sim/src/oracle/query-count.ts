// What became of the questions of all nodes that run, from their own counters. Where everybody
// lives and nothing is lost, a question that was given up is one to a living node.

import type { World } from '../world.ts'

export interface QueryCount {
  /** Questions put since the nodes started. */
  readonly asked: number
  /** And of those, the ones whose answer was no longer waited for. */
  readonly givenUp: number
}

export function countQueries({ honest }: World): QueryCount {
  let [asked, givenUp] = [0, 0]
  for (const { core, now } of honest) {
    const counters = core?.info(now).counters
    asked += counters?.asked ?? 0
    givenUp += counters?.timedOut ?? 0
  }
  return { asked, givenUp }
}
