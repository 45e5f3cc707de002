// The options of the item store: defaults with unit and source, and checks. Unknown names are
// refused, because a misspelt option would have no effect.

import { checkNames, requireBound, requireSpan, withDefaults } from './option-checks.ts'

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
  /** Items. Ours: 32 hosts are needed to fill the store. */
  maxItemsPerSource: 256,
})

/**
 * Completes and checks the options of an item store.
 *
 * @throws {StoreOptionError} on an unknown name or a value out of range
 */
export function resolveItemStoreOptions(options: ItemStoreOptions = {}): ItemStoreConfig {
  checkNames(options, Object.keys(ITEM_STORE_DEFAULTS))
  const { lifetimeMs, ...bounds } = withDefaults(ITEM_STORE_DEFAULTS, options)
  requireSpan('lifetimeMs', lifetimeMs)
  for (const [name, value] of Object.entries(bounds)) requireBound(name, value)
  return Object.freeze({ lifetimeMs, ...bounds })
}
