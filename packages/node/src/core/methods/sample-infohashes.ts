// Responds to sample_infohashes: some of the targets under which peers are stored here, and the
// contacts nearest to the target of the query. BEP 51.

import {
  type SampleInfohashesQuery,
  type SampleInfohashesResults,
  sampleInfohashes,
} from '@dht/krpc'
import type { NodeMethod } from './node-method.ts'

export const respondToSampleInfohashes: NodeMethod<SampleInfohashesQuery, SampleInfohashesResults> =
  {
    method: sampleInfohashes,
    respond(query, from, node, now) {
      const { nodes, nodes6 } = node.contactsNear(query, from)
      const { interval, stored, targets } = node.sample(now)
      const samples = Uint8Array.from(targets.flatMap((target) => [...target]))
      return { nodes, nodes6, interval: BigInt(interval), num: BigInt(stored), samples }
    },
  }
