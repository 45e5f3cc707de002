// What every room of the core may use. One value, made once per core, so that rooms take one
// argument instead of six and none of them can reach anything that is not listed here.

import type { Id, RandomSource } from '@dht/id'
import type { ContactPool } from '@dht/krpc'
import type { CoreConfig } from './config/core-options.ts'
import type { Counters } from './counters.ts'
import type { Operations } from './operations/operations.ts'
import type { Outbox } from './outbox.ts'

export interface Services {
  readonly self: Id
  readonly config: CoreConfig
  readonly random: RandomSource
  readonly outbox: Outbox
  readonly operations: Operations
  readonly counters: Counters
  readonly contacts: ContactPool
}

/** A number drawn uniformly from [0, 1), from four random bytes. */
export function draw(random: RandomSource): number {
  const [a = 0, b = 0, c = 0, d = 0] = random(4)
  return (((a << 24) | (b << 16) | (c << 8) | d) >>> 0) / 2 ** 32
}
