// What the whole core knows of addresses that may be forged or invented: which are proven, which
// count as one, and what was sent to those that others named.

import type { CoreConfig } from './config/core-options.ts'
import { SharedAddresses } from './overlay/shared-addresses.ts'
import { MinuteCounts } from './queries/minute-counts.ts'
import { ProvenEndpoints } from './queries/proven-endpoints.ts'
import { UnprovenBudget } from './queries/unproven-budget.ts'

/** Datagrams to unproven endpoints that one host named, in any minute and of all lookups: ours. */
export const MAX_NAMED_PER_MINUTE = 60

/** Hosts whose names are counted in a minute: ours, 4 MiB at most. */
const MAX_NAMERS = 4_096

export interface AddressServices {
  readonly sharedAddresses: SharedAddresses
  readonly proven: ProvenEndpoints
  /** Datagrams to unproven endpoints, by the host that named the endpoint. */
  readonly named: MinuteCounts
  /** What is sent to sources that have proved nothing. */
  readonly unproven: UnprovenBudget
}

export function addressServices({ trustedSubnets }: CoreConfig): AddressServices {
  const sharedAddresses = new SharedAddresses(trustedSubnets)
  return {
    sharedAddresses,
    proven: new ProvenEndpoints(),
    named: new MinuteCounts({ most: MAX_NAMED_PER_MINUTE, maxKeys: MAX_NAMERS }),
    unproven: new UnprovenBudget(sharedAddresses),
  }
}
