// Turns the configuration of a core into the options of a routing table and of a transaction table.

import { type Contact, subnetOf, TRANSACTION_DEFAULTS, type TransactionOptions } from '@dht/krpc'
import { limitBy, type RoutingTableOptions } from '@dht/routing-table'
import type { CoreConfig } from '../config/core-options.ts'

/** The time-outs of the configuration. No query is given up later than `giveUpMs`. */
export function transactionOptions(config: CoreConfig): TransactionOptions {
  const { maxTransactions: maxOpen, firstTimeoutMs, minTimeoutMs, maxTimeoutMs, giveUpMs } = config
  const minGiveUpMs = Math.min(TRANSACTION_DEFAULTS.minGiveUpMs, giveUpMs)
  return { maxOpen, firstTimeoutMs, minTimeoutMs, maxTimeoutMs, giveUpMs, minGiveUpMs }
}

/** A table with one contact per endpoint, and with limits per subnet where those are set. */
export function tableOptions(config: CoreConfig): RoutingTableOptions<Contact> {
  // The table takes whole milliseconds.
  const quietMs = Math.ceil(config.quietMs)
  const { contactsPerSubnetInBucket: perBucket, contactsPerSubnet: perTable } = config
  return {
    k: config.k,
    widths: config.bucketWidths.map((width) => Math.max(width, config.k)),
    // No pause between two checks in one bucket: the budget of the overlay limits all checks
    // together, and in a network that starts up its nodes get to know each other by these checks.
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
