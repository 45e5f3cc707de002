// What every part of the core may use. There is one such value per core, so that parts take one
// argument instead of seven. A part can reach only what is listed here and what its owner gives it.

import type { RandomSource } from '@dht/id'
import type { AddressServices } from './address-services.ts'
import type { CoreConfig } from './config/core-options.ts'
import type { ContactSource } from './contact-source.ts'
import type { Counters } from './counters.ts'
import type { NodeNetwork } from './methods/node-method.ts'
import type { Operations } from './operations/operations.ts'
import type { Outbox } from './outbox.ts'
import type { MakeTransmit } from './queries/transmit.ts'

export interface Services extends AddressServices {
  readonly config: CoreConfig
  /** The network of the configuration, with the methods of the node. */
  readonly network: NodeNetwork
  readonly random: RandomSource
  readonly outbox: Outbox
  readonly operations: Operations
  readonly counters: Counters
  readonly contacts: ContactSource
  readonly transmit: MakeTransmit
}

/** A number drawn uniformly from [0, 1), from four random bytes. */
export function draw(random: RandomSource): number {
  const [a = 0, b = 0, c = 0, d = 0] = random(4)
  return (((a << 24) | (b << 16) | (c << 8) | d) >>> 0) / 2 ** 32
}
