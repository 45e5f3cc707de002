// The calls of a node's user that concern items (BEP 44): `put` and `get`.

import { type Id, idKey } from '@dht/id'
import type { StoredItem } from '@dht/store'
import { targetOf } from '../core/items/item.ts'
import { ItemGoal } from '../core/lookups/goals/item.ts'
import type { Outcome } from '../core/operations/outcome.ts'
import type { NewItem } from '../core/operations/user-put.ts'
import { argumentError } from '../errors.ts'
import type { Clock } from '../ports/clock.ts'
import type { Calls } from './calls.ts'
import { Handle } from './handle.ts'
import {
  type GetOptions,
  type ItemKey,
  type ItemNetwork,
  type ItemToPut,
  type PutOptions,
  toItemKey,
  toNewItem,
} from './item-arguments.ts'
import { ItemRenewal, type Put } from './item-renewal.ts'
import { goesOn } from './operation-waiters.ts'
import { outcomeError } from './outcome-error.ts'
import { toPlain } from './plain.ts'
import {
  type GetResult,
  type Item,
  type PutReport,
  toGetResult,
  toPlainItem,
} from './plain-item.ts'

/** Awaited: the item and what it cost. Iterated: the item, and newer versions as they are found. */
export type Get = Handle<Item, GetResult>

/** Versions kept for slow readers: as many as nodes that respond in a large lookup. */
const KEPT_VERSIONS = 1_024

/** What the calls need of the node. */
export interface ItemParts extends ItemNetwork {
  readonly calls: Calls
  readonly clock: Clock
  /** Most items that are renewed. */
  readonly maxItems: number
  /** The name of the network, if it has no items. */
  readonly refusing: string | undefined
}

export class Items {
  readonly #parts: ItemParts
  readonly #renewals = new Map<string, ItemRenewal>()

  constructor(parts: ItemParts) {
    this.#parts = parts
  }

  put(item: ItemToPut, options: PutOptions): Put {
    const { crypto } = this.#parts
    this.#requireItems()
    const put = toNewItem(item, options, this.#parts)
    if (options.renew === false) return this.#putOnce(put, options.signal)
    return this.#renew(idKey(targetOf(put.item, crypto)), put, options.signal)
  }

  /** The items that are renewed now. */
  get renewed(): readonly StoredItem[] {
    return Array.from(this.#renewals.values(), ({ item }) => item)
  }

  /** Renews items that an earlier process has renewed. The handles have no reader. */
  restore(items: readonly StoredItem[]): void {
    const { crypto, refusing } = this.#parts
    if (refusing !== undefined) return
    for (const item of items) {
      this.#renew(idKey(targetOf(item, crypto)), { item, keep: 'when-accepted' }, undefined)
    }
  }

  #renew(key: string, put: NewItem, signal: AbortSignal | undefined): Put {
    if (signal?.aborted !== true) this.#renewals.get(key)?.stop()
    if (this.#renewals.size >= this.#parts.maxItems) return refusedPut()
    const ended = (ending: ItemRenewal): void => {
      if (this.#renewals.get(key) === ending) this.#renewals.delete(key)
    }
    const renewal = new ItemRenewal({ put, signal, ended }, this.#parts)
    if (!renewal.isOver) this.#renewals.set(key, renewal)
    return renewal.handle
  }

  #putOnce(put: NewItem, signal: AbortSignal | undefined): Put {
    const { calls } = this.#parts
    const handle: Put = new Handle<PutReport, PutReport>(1, () => calls.cancel(operationId))
    const waiter = {
      settled: (outcome: Outcome) => {
        if (outcome.kind !== 'put') return handle.fail(outcomeError(outcome))
        const report: PutReport = toPlain(outcome.report)
        handle.resolve(report)
        handle.push(report)
        handle.end()
      },
      failed: (error: unknown) => handle.fail(error),
    }
    const operationId = calls.start(
      (operationId) => ({ kind: 'put', operationId, put }),
      waiter,
      signal,
    )
    return handle
  }

  get(key: ItemKey, options: GetOptions): Get {
    const { calls, crypto } = this.#parts
    this.#requireItems()
    const { target, salt } = toItemKey(key, options, this.#parts)
    const handle: Get = new Handle<Item, GetResult>(KEPT_VERSIONS, () => calls.cancel(operationId))
    const plain = (item: StoredItem): Item => toPlainItem(target, item)
    const onFound = (item: StoredItem): void => handle.push(plain(item))
    const goal = new ItemGoal({ target, salt, crypto, onFound })
    const operationId = calls.start(
      (operationId) => ({ kind: 'lookup-goal', operationId, goal }),
      {
        settled: (outcome) => {
          if (outcome.kind !== 'found') return handle.fail(outcomeError(outcome))
          handle.resolve(toGetResult(outcome.result, goal.item && plain(goal.item)))
          if (!goesOn(outcome)) handle.end()
        },
        ended: () => handle.end(),
        failed: (error) => handle.fail(error),
      },
      options.signal,
    )
    return handle
  }

  /** Stops renewing the item of that id. Other nodes drop it within two hours. */
  delete(target: Id): void {
    this.#renewals.get(idKey(target))?.stop()
  }

  /** Stops renewing all items. */
  close(): void {
    for (const renewal of [...this.#renewals.values()]) renewal.stop()
  }

  #requireItems(): void {
    const { refusing } = this.#parts
    if (refusing === undefined) return
    throw argumentError('network', 'one that has items, such as mainline', refusing)
  }
}

/** As an announcement beyond the bound. */
function refusedPut(): Put {
  const handle: Put = new Handle<PutReport, PutReport>(1, () => {})
  handle.fail(outcomeError({ kind: 'busy' }))
  return handle
}
