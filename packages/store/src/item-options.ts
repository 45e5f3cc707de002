// The options of the item store: defaults with unit and source, and checks. Unknown names are
// refused, because a misspelt option would have no effect.

import {
  checkNames,
  requireBound,
  requireShare,
  requireSpan,
  withDefaults,
} from './option-checks.ts'

/** How long an item is kept, and how many. All optional; see `ITEM_STORE_DEFAULTS`. */
export interface ItemStoreOptions {
  /** How long an item is kept without renewal, ms. At exactly this age it is still served. */
  readonly lifetimeMs?: number
  /** Most items. */
  readonly maxItems?: number
  /** Most bytes of all values and salts together. */
  readonly maxItemBytes?: number
  /** Most items of one source. */
  readonly maxItemsPerSource?: number
  /**
   * Part of the room left by other subnets that one subnet may fill, of `maxItems` and of
   * `maxItemBytes`; above 0, at most 1.
   */
  readonly subnetShare?: number
}

export type ItemStoreConfig = Readonly<Required<ItemStoreOptions>>

export const ITEM_STORE_DEFAULTS: ItemStoreConfig = Object.freeze({
  /** ms. Source: BEP 44, which has publishers renew every hour. */
  lifetimeMs: 7_200_000,
  /** Items. Ours: the field has 700 (libtorrent) to 2,000 (pubky/mainline). */
  maxItems: 8_192,
  /**
   * Bytes. Ours: what `maxItems` of the largest items take, 1,064 bytes with the salt. With less,
   * fewer hosts fill the store.
   */
  maxItemBytes: 8_716_288,
  /** Items. Ours: the hosts of a subnet need its share only where four or more put. */
  maxItemsPerSource: 256,
  /** Ours, as in the peer store: n subnets that put without end leave (7/8)^n of the room. */
  subnetShare: 1 / 8,
})

/**
 * Completes and checks the options of an item store.
 *
 * @throws {StoreOptionError} on an unknown name or a value out of range
 */
export function resolveItemStoreOptions(options: ItemStoreOptions = {}): ItemStoreConfig {
  checkNames(options, Object.keys(ITEM_STORE_DEFAULTS))
  const { lifetimeMs, subnetShare, ...bounds } = withDefaults(ITEM_STORE_DEFAULTS, options)
  requireSpan('lifetimeMs', lifetimeMs)
  for (const [name, value] of Object.entries(bounds)) requireBound(name, value)
  requireShare('subnetShare', subnetShare)
  return Object.freeze({ lifetimeMs, subnetShare, ...bounds })
}
