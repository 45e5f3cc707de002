// What all hosts of one world share: the clock, the network, the trace, the watchers, and the
// options of the nodes. A world creates one and gives it to each of its hosts.

import type { Endpoint } from '@dht/krpc'
import type { ContactSource, CoreOptions } from '@dht/node/core'
import type { Network } from '../network/network.ts'
import type { Timeline } from '../timeline.ts'
import type { TraceHash } from '../trace-hash.ts'
import type { Watch } from '../watch.ts'
import type { DrawableSet } from './drawable-set.ts'

/** A host that other nodes can bootstrap from. */
export interface Reachable {
  readonly endpoint: Endpoint
}

export interface WorldContext {
  readonly timeline: Timeline
  readonly network: Network
  readonly watch: Watch
  readonly trace: TraceHash
  /** Hosts that run an honest node, are awake, and have no gateway. */
  readonly reachable: DrawableSet<Reachable>
  /** Options of all honest cores. */
  readonly core: CoreOptions
  /** Contacts that the cores share, so that equal contacts are one object. */
  readonly contacts: ContactSource
  /** Whether honest nodes send bytes. If not, they hand over unencoded messages. */
  readonly encodes: boolean
}
