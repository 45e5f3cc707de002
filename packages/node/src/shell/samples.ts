// Samples of the info hashes that the nodes of a network store (BEP 51), as a stream for users.

import type { NodeSample } from '../core/sampling/sample-walk.ts'
import { argumentError } from '../errors.ts'
import { type CallOptions, toCallOptions } from './arguments.ts'
import { Broadcast } from './broadcast.ts'
import type { Calls } from './calls.ts'
import { outcomeError } from './outcome-error.ts'
import { type Contact, toPlain } from './plain.ts'

/** An info hash, and a node that stores peers under it. */
export interface SampledInfohash {
  /** In lower-case hex. */
  readonly infohash: string
  readonly from: Contact
}

/** Info hashes kept for a slow reader: ours, some 20 MiB. The oldest are dropped first. */
const KEPT = 65_536

/** Why the network is none to sample. */
const NEEDED = 'a network with sample_infohashes, such as mainline'

/**
 * Starts a walk and streams what it finds. The reader ends the walk when it leaves.
 *
 * @param methods - the names of the network's methods
 * @throws {DhtNodeError} when the network lacks the method, or for options that can't be used
 */
export function streamSamples(
  calls: Calls,
  methods: readonly string[],
  options: CallOptions,
): AsyncIterableIterator<SampledInfohash> {
  const { signal } = toCallOptions(options)
  if (!methods.includes('sample_infohashes')) {
    throw argumentError('sampleInfohashes', NEEDED, methods.join(', '))
  }
  const stream = new Broadcast<SampledInfohash>(KEPT)
  const onSample = ({ from, infohashes }: NodeSample): void => {
    for (const infohash of infohashes) stream.push(toPlain({ infohash, from }))
  }
  const operationId = calls.start(
    (operationId) => ({ kind: 'sample', operationId, onSample }),
    {
      settled: (outcome) => {
        stream.end(outcome.kind === 'sampled' ? undefined : outcomeError(outcome))
      },
      failed: (error) => stream.end(error),
    },
    signal,
  )
  return stream.read(() => calls.cancel(operationId))
}
