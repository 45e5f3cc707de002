// What a user can ask the core to do, as data. A command with an operation id is settled exactly
// once, by a `settle` effect with the same id. The driver of the core chooses the ids.

import type { Id } from '@dht/id'
import type { Endpoint } from '@dht/krpc'
import type { LookupGoal, QueryGoal } from '../lookups/lookup-goal.ts'
import type { NodeSample } from '../sampling/sample-walk.ts'
import type { NewItem } from './user-put.ts'

export type Command =
  | {
      readonly kind: 'bootstrap'
      readonly endpoints: readonly Endpoint[]
      readonly routers: readonly Endpoint[]
      /**
       * Whether more may follow soon, because names are being looked up. A join without contacts
       * goes on until another such command says false. Default false.
       */
      readonly pending?: boolean
    }
  | { readonly kind: 'join'; readonly operationId: number }
  | {
      readonly kind: 'lookup'
      readonly operationId: number
      readonly target: Id
      readonly mode: LookupMode
      /** Its steps come out as `lookup-step` effects. Default false. */
      readonly isTraced?: boolean
    }
  | {
      readonly kind: 'closest'
      readonly operationId: number
      readonly target: Id
      readonly isTraced?: boolean
    }
  | {
      readonly kind: 'enter'
      readonly operationId: number
      readonly target: Id
      readonly port: number
      /** Nodes store the UDP port of this node in place of `port` (BEP 5). Default false. */
      readonly impliedPort?: boolean
      /** This node has all of the content; told where the network knows it (BEP 33). */
      readonly seed?: boolean
    }
  | { readonly kind: 'delete'; readonly target: Id }
  /** Announces once, and finds the peers of the target on the way. */
  | {
      readonly kind: 'announce'
      readonly operationId: number
      readonly target: Id
      readonly port: number
      readonly impliedPort?: boolean
      readonly seed?: boolean
    }
  /** Withdraws all announcements before the node closes; nothing is published after it. */
  | { readonly kind: 'leave'; readonly operationId: number }
  /**
   * Pings a node, which becomes a member if it responds. With an id it is a member at once, if
   * there is room, and questionable until it responds. The rate of these pings is bounded.
   */
  | { readonly kind: 'add-node'; readonly endpoint: Endpoint; readonly id?: Id | undefined }
  /** Removes a member from the table. It may come back. */
  | { readonly kind: 'remove-node'; readonly id: Id }
  /** Stores a peer in this node, as if it had been announced here. */
  | { readonly kind: 'keep-peer'; readonly target: Id; readonly endpoint: Endpoint }
  | { readonly kind: 'ping'; readonly operationId: number; readonly to: Endpoint }
  | {
      readonly kind: 'find-node'
      readonly operationId: number
      readonly to: Endpoint
      readonly target: Id
    }
  | {
      readonly kind: 'find-value'
      readonly operationId: number
      readonly to: Endpoint
      readonly target: Id
    }
  | {
      readonly kind: 'store'
      readonly operationId: number
      readonly to: Endpoint
      readonly target: Id
      readonly port: number
      readonly token: Uint8Array
    }
  /** A query of any method, to one node. */
  | {
      readonly kind: 'query'
      readonly operationId: number
      readonly to: Endpoint
      readonly goal: QueryGoal
    }
  /** A lookup with a goal of its own, which gets the responses. */
  | { readonly kind: 'lookup-goal'; readonly operationId: number; readonly goal: LookupGoal }
  /** A walk through the network for samples (BEP 51). Only where the network has the method. */
  | {
      readonly kind: 'sample'
      readonly operationId: number
      readonly onSample: (sample: NodeSample) => void
    }
  /** Writes an item once to the nodes nearest to its target (BEP 44). */
  | { readonly kind: 'put'; readonly operationId: number; readonly put: NewItem }
  | { readonly kind: 'cancel'; readonly operationId: number }

/**
 * When a lookup has its result.
 *
 * - `first`: with the first endpoint found
 * - `quick`: once an endpoint is known, and each of the k nearest nodes has responded, stalled or
 *   failed; what stalled nodes return later is found afterwards
 * - `all`: when each of the k nearest nodes has responded or failed
 */
export type LookupMode = 'first' | 'quick' | 'all'
