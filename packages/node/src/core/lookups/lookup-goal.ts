// What a lookup is for. A lookup walks toward a target in the same way whatever it is for; its goal
// says which query it sends, what becomes of each response, and how much is enough. A new kind of
// lookup is a new goal: nothing else has to change.

import type { Id } from '@dht/id'
import type { Contact, Response } from '@dht/krpc'
import type { QueryContent } from '../queries/query-content.ts'

/**
 * How far a lookup is from its goal.
 *
 * - `open`: it goes on until each of the k nearest nodes has responded or failed
 * - `enough`: it need not wait for nodes that have stalled
 * - `reached`: it needs nothing more
 */
export type GoalProgress = 'open' | 'enough' | 'reached'

export interface LookupGoal {
  /** What the lookup moves toward. */
  readonly target: Id
  /** The query that is sent to each node on the way. */
  readonly query: QueryContent
  readonly progress: GoalProgress
  /**
   * Folds in what `responder` returned besides closer nodes and its token, which the walk keeps.
   * The lookups of both address families may share one goal.
   */
  fold(response: Response, responder: Contact): void
}
