// How a node's options become those of an overlay's routing table and of its open questions.

import { type Contact, subnetOf, TRANSACTION_DEFAULTS, type TransactionOptions } from '@dht/krpc'
import { limitBy, type RoutingTableOptions } from '@dht/routing-table'
import type { CoreConfig } from '../config/core-options.ts'

/** The time-outs as they are; nobody is given up later than `giveUpMs`, a suspect included. */
export function transactionOptions(config: CoreConfig): TransactionOptions {
  const { maxTransactions: maxOpen, firstTimeoutMs, minTimeoutMs, maxTimeoutMs, giveUpMs } = config
  const minGiveUpMs = Math.min(TRANSACTION_DEFAULTS.minGiveUpMs, giveUpMs)
  return { maxOpen, firstTimeoutMs, minTimeoutMs, maxTimeoutMs, giveUpMs, minGiveUpMs }
}

/** A table in which one address appears once, limited by subnet where that is asked for. */
export function tableOptions(config: CoreConfig): RoutingTableOptions<Contact> {
  // The table wants whole spans.
  const quietMs = Math.ceil(config.quietMs)
  const { contactsPerSubnetInBucket: perBucket, contactsPerSubnet: perTable } = config
  return {
    k: config.k,
    widths: config.bucketWidths.map((width) => Math.max(width, config.k)),
    // No pause between checks in one bucket: the overlay's budget bounds them all together, and in
    // a network that starts up it is the checks that make its nodes known to one another.
    checkIntervalMs: 0,
    questionableAfterMs: quietMs,
    refreshAfterMs: quietMs,
    checkLapseMs: Math.ceil(2 * config.giveUpMs),
    addressOf: (c) => c.endpointKey,
    ...((perBucket > 0 || perTable > 0) && {
      admission: limitBy({
        keyOf: (c) => subnetOf(c.endpoint),
        ...(perBucket > 0 && { perBucket }),
        ...(perTable > 0 && { perTable }),
      }),
    }),
  }
}
