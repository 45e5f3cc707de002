// What a node announces under an id, again and again, until it is deleted.

import type { Id } from '@dht/id'

/** What is announced under an id. */
export interface Announced {
  readonly target: Id
  readonly port: number
  /** Whether the nodes store the UDP port of this node in place of `port` (BEP 5). */
  readonly impliedPort: boolean
  /** Whether this node has all of the content (BEP 33). */
  readonly seed: boolean
}
