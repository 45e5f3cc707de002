// What a query or a lookup is for. All lookups walk toward their targets in the same way. The goal
// says which query is sent, what is taken from each response, and how much is enough. So a new kind
// of lookup needs only a new goal.

import type { Id } from '@dht/id'
import type { Contact, Method, Response } from '@dht/krpc'
import type { AnyMethod } from '../methods/node-method.ts'
import type { RespondingNode } from '../methods/responding-node.ts'
import type { QueryContent } from '../queries/query-content.ts'

/** A query, and what becomes of a response to it. */
export interface QueryGoal<M extends Method = AnyMethod> {
  /** The query that is sent. */
  readonly query: QueryContent<M>
  /**
   * Takes what it needs from the response of `responder`. Byte strings of the response are views of
   * the datagram: copy what is kept. A node that does not know the method may return closer nodes
   * only.
   */
  fold?(response: Response<M>, responder: Contact): void
  /** False: many nodes ignore the method, so a time-out says nothing of them. Default true. */
  readonly isSilenceFailure?: boolean
}

/**
 * How far a lookup is from its goal.
 *
 * - `open`: it goes on until each of the nearest nodes has responded or failed
 * - `enough`: it need not wait for nodes that have stalled
 * - `reached`: it needs nothing more
 */
export type GoalProgress = 'open' | 'enough' | 'reached'

/**
 * The goal of a lookup. The walk itself keeps the closer nodes and the token of each response. The
 * lookups of both address families share one goal.
 */
export interface LookupGoal<M extends Method = AnyMethod> extends QueryGoal<M> {
  /** What the lookup moves toward. */
  readonly target: Id
  readonly progress: GoalProgress
  /** Whether what was found is all there is, however few nodes have responded. */
  readonly isWhole?: boolean
  /** Adds what this node has itself. Called once, before the first query of a user's lookup. */
  addOwn?(node: RespondingNode, now: number): void
}
