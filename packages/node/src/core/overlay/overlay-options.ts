// Turns the configuration of a core into the options of a routing table and of a transaction table.

import type { SecureIds } from '@dht/id'
import { type Contact, TRANSACTION_DEFAULTS, type TransactionOptions } from '@dht/krpc'
import type { Admission, RoutingTableOptions } from '@dht/routing-table'
import type { CoreConfig } from '../config/core-options.ts'
import { CrowdedSubnets } from './crowded-subnets.ts'
import { sourceKeyOfContact, subnetKeyOfContact } from './host-key.ts'
import type { SharedAddresses } from './shared-addresses.ts'

/** The time-outs of the configuration. No query is given up later than `giveUpMs`. */
export function transactionOptions(config: CoreConfig): TransactionOptions {
  const { maxTransactions: maxOpen, firstTimeoutMs, minTimeoutMs, maxTimeoutMs, giveUpMs } = config
  const minGiveUpMs = Math.min(TRANSACTION_DEFAULTS.minGiveUpMs, giveUpMs)
  return { maxOpen, firstTimeoutMs, minTimeoutMs, maxTimeoutMs, giveUpMs, minGiveUpMs }
}

/** What limits the contacts that share an address or a subnet. */
export interface TableLimits {
  readonly addresses: SharedAddresses
  readonly crowded: CrowdedSubnets
}

/**
 * A table with one contact per endpoint, and with limits per address, per subnet and of all crowded
 * subnets together. Where ids follow addresses, a full bucket prefers contacts whose address allows
 * their id.
 */
export function tableOptions(
  config: CoreConfig,
  { addresses, crowded }: TableLimits,
): RoutingTableOptions<Contact> {
  // The table takes whole milliseconds.
  const quietMs = Math.ceil(config.quietMs)
  const limits = limitsOf(config, addresses)
  const rule = config.network.secureIds
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
    ...(rule !== undefined && { isPreferred: (contact) => hasSecureId(contact, rule) }),
    ...(limits.length > 0 && { limits }),
    admission:
      rule !== undefined && config.enforceSecureIds ? secureIdsOnly(rule, crowded) : crowded,
  }
}

/** A rule, for contacts whose address allows their id. */
function secureIdsOnly(rule: SecureIds, others: Admission<Contact>): Admission<Contact> {
  return {
    admits: (newcomer, context) => hasSecureId(newcomer, rule) && others.admits(newcomer, context),
    joined: (contact) => others.joined(contact),
    left: (contact) => others.left(contact),
  }
}

/** The limit of all crowded subnets together. Without a limit per subnet there is none. */
export function crowdedSubnetsOf(config: CoreConfig, addresses: SharedAddresses): CrowdedSubnets {
  const hasLimit = config.contactsPerSubnetInBucket > 0 || config.contactsPerSubnet > 0
  return new CrowdedSubnets({
    pingIntervalMs: config.quietMs,
    subnetOf: (contact) =>
      hasLimit && !addresses.isUnlimited(contact) ? subnetKeyOfContact(contact) : undefined,
  })
}

/** The limits per address and per subnet that are set. */
function limitsOf(
  config: CoreConfig,
  addresses: SharedAddresses,
): NonNullable<RoutingTableOptions<Contact>['limits']> {
  const { contactsPerAddressInBucket, contactsPerAddress } = config
  const { contactsPerSubnetInBucket, contactsPerSubnet } = config
  const keyed = (keyOf: (contact: Contact) => number | string) => (contact: Contact) =>
    addresses.isUnlimited(contact) ? undefined : keyOf(contact)
  return [
    {
      keyOf: keyed(sourceKeyOfContact),
      ...mostOf(contactsPerAddressInBucket, contactsPerAddress),
    },
    {
      keyOf: keyed(subnetKeyOfContact),
      ...mostOf(contactsPerSubnetInBucket, contactsPerSubnet),
    },
  ].filter(({ perBucket, perTable }) => Math.min(perBucket, perTable) < Number.POSITIVE_INFINITY)
}

/** The two numbers of a limit; 0 stands for none. */
function mostOf(perBucket: number, perTable: number): { perBucket: number; perTable: number } {
  const most = (count: number): number => (count === 0 ? Number.POSITIVE_INFINITY : count)
  return { perBucket: most(perBucket), perTable: most(perTable) }
}

/** The rule for ids that lookups enforce, too; undefined: none. */
export function mandatoryRule({ network, enforceSecureIds }: CoreConfig): SecureIds | undefined {
  return enforceSecureIds && network.secureIds?.isMandatory ? network.secureIds : undefined
}

/** Whether the address of a contact allows its id, by the rule of the network. */
export function hasSecureId({ id, addressBytes }: Contact, rule: SecureIds): boolean {
  return rule.allows(id, addressBytes)
}
