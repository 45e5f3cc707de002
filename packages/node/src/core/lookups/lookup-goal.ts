// What a query or a lookup is for. A lookup walks toward a target in the same way whatever it is
// for; its goal says which query it sends, what becomes of each response, and how much is enough. A
// new kind of lookup is a new goal: nothing else has to change.

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
   * Folds in what `responder` returned. Byte strings of the response are views of the datagram:
   * copy what is kept. A node that does not know the method may return closer nodes only.
   */
  fold?(response: Response<M>, responder: Contact): void
  /** False: many nodes ignore the method, so silence is no failure of the contact. Default true. */
  readonly isSilenceFailure?: boolean
}

/**
 * How far a lookup is from its goal.
 *
 * - `open`: it goes on until each of the k nearest nodes has responded or failed
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
  /** Whether nothing can be missing of what was found, however few nodes have responded. */
  readonly isWhole?: boolean
  /** Adds what this node has itself. Called once, before the first query of a user's lookup. */
  addOwn?(node: RespondingNode, now: number): void
}
