// The model of the item store: a list of items, the one put longest ago first, that is searched
// linearly.

import { idsEqual } from '@dht/id'
import type {
  ItemBound,
  ItemPut,
  ItemPutOutcome,
  ItemRoomQuery,
  ItemStoreConfig,
  StoredItem,
} from '../../src/index.ts'

interface Truth {
  readonly target: ItemPut['target']
  readonly item: StoredItem
  readonly source: string
  readonly subnet?: string | undefined
  readonly stampedAt: number
}

const sizeOf = ({ item: { v, signed } }: Pick<Truth, 'item'>) =>
  v.length + (signed === undefined ? 0 : signed.salt.length)

const total = (truths: readonly Pick<Truth, 'item'>[]) =>
  truths.reduce((sum, each) => sum + sizeOf(each), 0)

export class NaiveItems {
  readonly #config: ItemStoreConfig
  #items: readonly Truth[] = []
  #latest = Number.NEGATIVE_INFINITY

  constructor(config: ItemStoreConfig) {
    this.#config = config
  }

  live(now: number): readonly Truth[] {
    this.#latest = Math.max(this.#latest, now)
    this.#items = this.#items.filter(
      ({ stampedAt }) => stampedAt + this.#config.lifetimeMs >= this.#latest,
    )
    return this.#items
  }

  find(target: Truth['target'], now: number): Truth | undefined {
    return this.live(now).find((each) => idsEqual(each.target, target))
  }

  counts(now: number): { size: number; bytes: number; sources: number } {
    const live = this.live(now)
    const sources = new Set(live.map(({ source }) => source)).size
    return { size: live.length, bytes: total(live), sources }
  }

  put({ target, item, source, subnet, cas }: ItemPut, now: number): ItemPutOutcome {
    const old = this.find(target, now)
    const others = this.#items.filter((each) => each !== old)
    const [seq, oldSeq] = [item.signed?.seq ?? 0n, old?.item.signed?.seq ?? 0n]
    const isSame = old !== undefined && seq === oldSeq
    if (old !== undefined) {
      if (cas !== undefined && cas !== oldSeq) return { kind: 'conflict', reason: 'cas' }
      const isOther = isSame && `${item.v}` !== `${old.item.v}`
      if (seq < oldSeq || isOther) return { kind: 'conflict', reason: 'seq' }
    }
    const added = { target, item, source, subnet, stampedAt: this.#latest }
    const reason = this.#broken(others, added, old)
    if (reason !== undefined) return { kind: 'refused', reason }
    this.#items = [...others, isSame ? { ...added, item: old.item } : added]
    if (old === undefined) return { kind: 'added' }
    return { kind: isSame ? 'renewed' : 'replaced' }
  }

  /** What `put` would return, without a change. */
  preview(put: ItemPut, now: number): ItemPutOutcome {
    this.live(now)
    const before = this.#items
    const outcome = this.put(put, now)
    this.#items = before
    return outcome
  }

  boundReached(
    { target, source, subnet, bytes = 1 }: ItemRoomQuery,
    now: number,
  ): ItemBound | undefined {
    const old = this.find(target, now)
    const others = this.#items.filter((each) => each !== old)
    const item = old?.item ?? { v: new Uint8Array(bytes) }
    return this.#broken(others, { target, item, source, subnet, stampedAt: now }, old)
  }

  /** Whether the subnet had its share of the room that others leave before it gets more. */
  #isAboveShare(others: readonly Truth[], added: Truth, old: Truth | undefined): boolean {
    const { maxItems, maxItemBytes, subnetShare } = this.#config
    if (added.subnet === undefined) return false
    const isOwn = ({ subnet }: Truth) => subnet === added.subnet
    const rest = others.filter((each) => !isOwn(each))
    const before = [...others, ...(old === undefined ? [] : [old])].filter(isOwn)
    const isMore = old === undefined || !isOwn(old)
    if (isMore && before.length >= subnetShare * (maxItems - rest.length)) return true
    const isLonger = isMore || sizeOf(added) > sizeOf(old)
    return isLonger && total(before) >= subnetShare * (maxItemBytes - total(rest))
  }

  /** The bound that would not hold with that item beside the others. */
  #broken(others: readonly Truth[], added: Truth, old: Truth | undefined): ItemBound | undefined {
    const { maxItems, maxItemBytes, maxItemsPerSource } = this.#config
    const all = [...others, added]
    if (all.length > maxItems) return 'maxItems'
    if (total(all) > maxItemBytes) return 'maxItemBytes'
    if (this.#isAboveShare(others, added, old)) return 'subnetShare'
    if (old?.source === added.source) return undefined
    const ofSource = all.filter(({ source }) => source === added.source)
    return ofSource.length > maxItemsPerSource ? 'maxItemsPerSource' : undefined
  }
}
