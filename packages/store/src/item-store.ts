// Which items were put under which target (BEP 44). An item that is not put again expires after two
// hours. Under one target only a higher sequence number replaces an item; the same item renews it.
// As in the peer store, what was accepted is kept: a full store refuses newcomers, so no flood can
// push out what is there. An item counts toward the host that put it last, and toward the subnet of
// that host, which may fill a share of the room that others leave.
// Time is an argument. When the clock goes back, the latest instant counts. The store knows nothing
// of hashes, signatures and tokens.

import { type Id, idKey } from '@dht/id'
import { requireBytes, requireInstant, requireObject } from './arguments.ts'
import { StoreArgumentError } from './errors.ts'
import {
  type ItemStoreConfig,
  type ItemStoreOptions,
  resolveItemStoreOptions,
} from './item-options.ts'
import type {
  ItemBound,
  ItemPut,
  ItemPutOutcome,
  ItemRoomQuery,
  ItemSize,
  ItemStoreSnapshot,
  StoredItem,
} from './stored-item.ts'

/** An item with what the store knows of it. */
interface ItemRecord {
  readonly target: Id
  readonly item: StoredItem
  readonly source: string
  readonly subnet: string | undefined
  readonly stampedAt: number
}

/** What a subnet has put. */
interface Holding {
  readonly items: number
  readonly bytes: number
}

const NOTHING: Holding = { items: 0, bytes: 0 }

export class ItemStore {
  readonly #config: ItemStoreConfig
  /** By target, the one put longest ago first. */
  readonly #records = new Map<string, ItemRecord>()
  /** Items of each source. */
  readonly #sources = new Map<string, number>()
  /** What each subnet has. */
  readonly #subnets = new Map<string, Holding>()
  #bytes = 0
  #latest: number = Number.NEGATIVE_INFINITY

  /** @throws {StoreOptionError} on an unknown name or a value out of range */
  constructor(options: ItemStoreOptions = {}) {
    this.#config = resolveItemStoreOptions(options)
  }

  /** Items held at the latest instant that the store was told. */
  get size(): number {
    return this.#records.size
  }

  /** Bytes of their values and salts. */
  get bytes(): number {
    return this.#bytes
  }

  /** Hosts that have put them. */
  get sources(): number {
    return this.#sources.size
  }

  /**
   * Stores an item, or renews it. O(1), amortised over expiry. The bytes of the item are copied. A
   * renewal by the host that put the item last is never refused.
   *
   * @throws {StoreArgumentError} when a part of the item is not of its type
   */
  put(put: ItemPut, now: number): ItemPutOutcome {
    const outcome = this.preview(put, now)
    if (outcome.kind === 'conflict' || outcome.kind === 'refused') return outcome
    const held = this.#records.get(idKey(put.target))
    if (held !== undefined) this.#remove(held)
    const isSame = outcome.kind === 'renewed'
    const item = isSame && held !== undefined ? held.item : copyOf(put.item)
    const target = held?.target ?? (put.target.slice() as Id)
    this.#add({ target, item, source: put.source, subnet: put.subnet, stampedAt: this.#latest })
    return outcome
  }

  /**
   * What `put` would return at this instant. Changes nothing, so the signature need not have been
   * verified. O(1), amortised over expiry.
   *
   * @throws {StoreArgumentError} when a part of the item is not of its type
   */
  preview(put: ItemPut, now: number): ItemPutOutcome {
    checkPut(put)
    this.expire(now)
    const held = this.#records.get(idKey(put.target))
    const reason = held && conflictOf(held.item, put)
    if (reason !== undefined) return { kind: 'conflict', reason }
    const bound = this.#boundReached(put, held, bytesOf(put.item))
    if (bound !== undefined) return { kind: 'refused', reason: bound }
    if (held === undefined) return { kind: 'added' }
    return { kind: seqOf(held.item) === seqOf(put.item) ? 'renewed' : 'replaced' }
  }

  /** The item under a target, if there is one. O(1), amortised over expiry. */
  get(target: Id, now: number): StoredItem | undefined {
    requireBytes('target', target)
    this.expire(now)
    return this.#records.get(idKey(target))?.item
  }

  /**
   * The bound that would refuse an item of this host and of so many bytes under this target, or the
   * item that is stored there; `undefined` when there is room. The item that the host has put there
   * last can always be renewed.
   *
   * @throws {StoreArgumentError} when the target is not bytes, or `bytes` not a whole number from 0
   */
  boundReached(query: ItemRoomQuery, now: number): ItemBound | undefined {
    const { target, bytes = 1 } = query
    requireBytes('target', target)
    if (!Number.isSafeInteger(bytes) || bytes < 0) {
      throw new StoreArgumentError('bytes', 'a whole number from 0', bytes)
    }
    this.expire(now)
    const held = this.#records.get(idKey(target))
    return this.#boundReached(query, held, held === undefined ? bytes : bytesOf(held.item))
  }

  /**
   * Removes the items that have expired. Every other method does this first, so calling it is never
   * necessary; it frees memory early. Each item is removed once, in O(1).
   *
   * @returns how many this call removed
   */
  expire(now: number): number {
    requireInstant(now)
    if (now > this.#latest) this.#latest = now
    const before = this.size
    for (const record of this.#records.values()) {
      if (this.#latest - record.stampedAt <= this.#config.lifetimeMs) break
      this.#remove(record)
    }
    return before - this.size
  }

  /**
   * The next instant, ms, at which `expire` is sure to remove something; `undefined` when the store
   * is empty. This is 1 ms after the end of a lifetime.
   */
  nextExpiryAt(): number | undefined {
    if (this.#records.size === 0) return undefined
    const [oldest] = this.#records.values()
    return oldest && oldest.stampedAt + this.#config.lifetimeMs + 1
  }

  /**
   * The longest items, the longest first, as of the latest instant that the store was told. Changes
   * nothing. O(items log items).
   *
   * @returns min(count, items) items
   */
  largest(count: number): ItemSize[] {
    const sizes = Array.from(this.#records.values(), ({ target, item }) => ({
      target,
      bytes: bytesOf(item),
      seq: item.signed?.seq,
    }))
    const largest = sizes.sort((a, b) => b.bytes - a.bytes).slice(0, Math.max(0, count))
    return largest.map((size) => ({ ...size, target: new Uint8Array(size.target) }))
  }

  /** Copies everything out, for tests, models and inspection. O(size). */
  snapshot(now: number): ItemStoreSnapshot {
    this.expire(now)
    const items = Array.from(this.#records.values(), ({ target, item, source, stampedAt }) => ({
      target: new Uint8Array(target),
      item: copyOf(item),
      source,
      stampedAt,
    }))
    return { at: this.#latest, items }
  }

  /**
   * The first bound that an item of that size breaks, the widest bound first. An item that takes
   * the place of another needs the difference only.
   */
  #boundReached(
    { source, subnet }: Pick<ItemPut, 'source' | 'subnet'>,
    held: ItemRecord | undefined,
    bytes: number,
  ): ItemBound | undefined {
    const { maxItems, maxItemBytes, maxItemsPerSource } = this.#config
    if (held === undefined && this.size >= maxItems) return 'maxItems'
    const growth = bytes - (held === undefined ? 0 : bytesOf(held.item))
    if (growth > 0 && this.#bytes + growth > maxItemBytes) return 'maxItemBytes'
    if (subnet !== undefined && this.#hasItsShare(subnet, held, bytes)) return 'subnetShare'
    const isOwn = held?.source === source
    const count = this.#sources.get(source) ?? 0
    return !isOwn && count >= maxItemsPerSource ? 'maxItemsPerSource' : undefined
  }

  /** Whether a subnet has its share of the room that others leave, and this item adds to it. */
  #hasItsShare(subnet: string, held: ItemRecord | undefined, bytes: number): boolean {
    const { maxItems, maxItemBytes, subnetShare } = this.#config
    const own = this.#subnets.get(subnet) ?? NOTHING
    // An item that takes the place of another subnet's makes room there.
    const replaced = held === undefined ? NOTHING : { items: 1, bytes: bytesOf(held.item) }
    const isOwn = held?.subnet === subnet
    const moved = isOwn ? NOTHING : replaced
    const others = {
      items: this.size - own.items - moved.items,
      bytes: this.#bytes - own.bytes - moved.bytes,
    }
    if (!isOwn && own.items >= subnetShare * (maxItems - others.items)) return true
    const grows = bytes > (isOwn ? replaced.bytes : 0)
    return grows && own.bytes >= subnetShare * (maxItemBytes - others.bytes)
  }

  #add(record: ItemRecord): void {
    this.#records.set(idKey(record.target), record)
    this.#count(record, 1)
  }

  #remove(record: ItemRecord): void {
    this.#records.delete(idKey(record.target))
    this.#count(record, -1)
  }

  #count({ item, source, subnet }: ItemRecord, by: 1 | -1): void {
    this.#bytes += by * bytesOf(item)
    const count = (this.#sources.get(source) ?? 0) + by
    if (count === 0) this.#sources.delete(source)
    else this.#sources.set(source, count)
    if (subnet === undefined) return
    const before = this.#subnets.get(subnet) ?? NOTHING
    const items = before.items + by
    if (items === 0) this.#subnets.delete(subnet)
    else this.#subnets.set(subnet, { items, bytes: before.bytes + by * bytesOf(item) })
  }
}

/** Why a stored item must stay, in the order of the checks of BEP 44. */
function conflictOf(held: StoredItem, { item, cas }: ItemPut): 'cas' | 'seq' | undefined {
  if (cas !== undefined && cas !== seqOf(held)) return 'cas'
  if (seqOf(item) < seqOf(held)) return 'seq'
  return seqOf(item) === seqOf(held) && !sameBytes(item.v, held.v) ? 'seq' : undefined
}

/** An immutable item never changes: it has one sequence number, whatever it is. */
function seqOf({ signed }: StoredItem): bigint {
  return signed?.seq ?? 0n
}

/** The bytes that differ between items. */
function bytesOf({ v, signed }: StoredItem): number {
  return v.length + (signed?.salt.length ?? 0)
}

function copyOf({ v, signed }: StoredItem): StoredItem {
  const copied = signed && {
    k: signed.k.slice(),
    salt: signed.salt.slice(),
    seq: signed.seq,
    sig: signed.sig.slice(),
  }
  return { v: v.slice(), signed: copied }
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at])
}

/** @throws {StoreArgumentError} */
function checkPut(put: ItemPut): void {
  requireObject('put', put)
  requireBytes('target', put.target)
  requireObject('item', put.item)
  const { v, signed } = put.item
  requireBytes('v', v)
  requireString('source', put.source)
  requireString('subnet', put.subnet ?? '')
  requireInteger('cas', put.cas ?? 0n)
  if (signed === undefined) return
  requireObject('signed', signed)
  for (const name of ['k', 'salt', 'sig'] as const) requireBytes(name, signed[name])
  requireInteger('seq', signed.seq)
}

function requireString(name: string, value: string): void {
  if (typeof value !== 'string') throw new StoreArgumentError(name, 'a text', value)
}

function requireInteger(name: string, value: bigint): void {
  if (typeof value !== 'bigint') throw new StoreArgumentError(name, 'a bigint', value)
}
