// Turns the configuration of a core into the options of a routing table and of a transaction table.

import { isSecureId } from '@dht/id'
import { type Contact, subnetOf, TRANSACTION_DEFAULTS, type TransactionOptions } from '@dht/krpc'
import { type Admission, limitBy, type RoutingTableOptions } from '@dht/routing-table'
import type { CoreConfig } from '../config/core-options.ts'

/** At the end of a contact in compact form. */
const PORT_BYTES = 2

/** The time-outs of the configuration. No query is given up later than `giveUpMs`. */
export function transactionOptions(config: CoreConfig): TransactionOptions {
  const { maxTransactions: maxOpen, firstTimeoutMs, minTimeoutMs, maxTimeoutMs, giveUpMs } = config
  const minGiveUpMs = Math.min(TRANSACTION_DEFAULTS.minGiveUpMs, giveUpMs)
  return { maxOpen, firstTimeoutMs, minTimeoutMs, maxTimeoutMs, giveUpMs, minGiveUpMs }
}

/**
 * A table with one contact per endpoint, and with limits per subnet where those are set. Where ids
 * follow addresses, a full bucket prefers contacts whose address allows their id (BEP 42).
 */
export function tableOptions(config: CoreConfig): RoutingTableOptions<Contact> {
  // The table takes whole milliseconds.
  const quietMs = Math.ceil(config.quietMs)
  const admission = admissionRule(config)
  return {
    k: config.k,
    widths: config.bucketWidths.map((width) => Math.max(width, config.k)),
    // No pause between two checks in one bucket: the budget of the overlay limits all checks
    // together, and in a network that starts up its nodes get to know each other by these checks.
    checkIntervalMs: 0,
    questionableAfterMs: quietMs,
    refreshAfterMs: quietMs,
    checkTimeoutMs: Math.ceil(2 * config.giveUpMs),
    addressOf: (c) => c.endpointKey,
    ...(config.network.secureIds && { isPreferred: hasSecureId }),
    ...(admission !== undefined && { admission }),
  }
}

/** Undefined: every contact may become a member. */
function admissionRule(config: CoreConfig): Admission<Contact> | undefined {
  const { contactsPerSubnetInBucket: perBucket, contactsPerSubnet: perTable } = config
  const isLimited = perBucket > 0 || perTable > 0
  if (!isLimited && !config.enforceSecureIds) return undefined
  const limit = limitBy<Contact>({
    keyOf: (c) => (isLimited ? subnetOf(c.endpoint) : undefined),
    ...(perBucket > 0 && { perBucket }),
    ...(perTable > 0 && { perTable }),
  })
  if (!config.enforceSecureIds) return limit
  return {
    admits: (newcomer, context) => hasSecureId(newcomer) && limit.admits(newcomer, context),
    joined: (contact) => limit.joined(contact),
    left: (contact) => limit.left(contact),
  }
}

/** Whether the address of a contact allows its id (BEP 42). */
export function hasSecureId({ id, compact }: Contact): boolean {
  return isSecureId(id, compact.subarray(id.length, -PORT_BYTES))
}
