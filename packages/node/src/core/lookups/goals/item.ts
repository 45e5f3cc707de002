// Looks for an item (BEP 44) with get and keeps the valid response. An immutable item is valid if
// its value hashes to the target; the lookup then ends. For a mutable item it goes on to the end
// and keeps the valid version with the highest sequence number.

import { type Id, idsEqual } from '@dht/id'
import type { Contact, GetQuery, GetResults, Method, Response } from '@dht/krpc'
import type { StoredItem } from '@dht/store'
import { isVerified, itemOf, NO_SALT, targetOf } from '../../items/item.ts'
import type { ItemCrypto } from '../../items/item-crypto.ts'
import type { RespondingNode } from '../../methods/responding-node.ts'
import { sameBytes } from '../../same-bytes.ts'
import type { GoalProgress, LookupGoal } from '../lookup-goal.ts'
import { ITEM_PADDING } from '../padding.ts'

type Get = Method<GetQuery, GetResults>

/** What a node says that it has, true or not. */
interface Claim {
  readonly seq: bigint | undefined
  readonly v: Uint8Array | undefined
}

export class ItemGoal implements LookupGoal<Get> {
  readonly target: Id
  readonly query: LookupGoal<Get>['query']
  readonly isSilenceFailure = false
  readonly #salt: Uint8Array
  readonly #crypto: ItemCrypto
  readonly #onFound: (item: StoredItem) => void
  readonly #claims = new Map<string, Claim>()
  readonly #holders = new Map<string, Contact>()
  #best: StoredItem | undefined

  /**
   * @param init - `salt`: of a mutable item; responses don't contain it. `known`: nodes return a
   *   value only if its sequence number is higher. `onFound`: called with each item that replaces
   *   the last one.
   */
  constructor(init: {
    readonly target: Id
    readonly crypto: ItemCrypto
    readonly salt?: Uint8Array | undefined
    readonly known?: bigint | undefined
    readonly onFound?: (item: StoredItem) => void
  }) {
    const { target, crypto, salt = NO_SALT, known, onFound = () => {} } = init
    this.target = target
    this.query = { method: 'get', target, seq: known, pad: ITEM_PADDING }
    this.#salt = salt
    this.#crypto = crypto
    this.#onFound = onFound
  }

  get progress(): GoalProgress {
    return this.isWhole ? 'reached' : 'open'
  }

  /** There is only one immutable item under a target. */
  get isWhole(): boolean {
    return this.#best !== undefined && this.#best.signed === undefined
  }

  /** The item, if one was found: of a mutable one the newest version. */
  get item(): StoredItem | undefined {
    return this.#best
  }

  /** The nodes that returned this item, in the order of their responses. */
  get holders(): readonly Contact[] {
    return [...this.#holders.values()]
  }

  /** What that node says that it has; `undefined` when it has nothing. */
  claimOf(contact: Contact): Claim | undefined {
    return this.#claims.get(contact.endpointKey)
  }

  addOwn(node: RespondingNode, now: number): void {
    const own = node.items.get(this.target, now)
    if (own !== undefined) this.#take(own)
  }

  fold({ v, k, sig, seq }: Response<Get>, responder: Contact): void {
    if (v === undefined && seq === undefined) return
    const value = v?.slice()
    this.#claims.set(responder.endpointKey, { seq, v: value })
    if (value === undefined) return
    const item = itemOf({ v: value, k: k?.slice(), sig: sig?.slice(), seq }, this.#salt)
    if (!idsEqual(targetOf(item, this.#crypto), this.target)) return
    const { signed } = item
    if (this.#isBetter(item)) {
      if (signed !== undefined && !isVerified(value, signed, this.#crypto)) return
      this.#holders.clear()
      this.#take(item)
    } else if (!this.#isBest(item)) return
    this.#holders.set(responder.endpointKey, responder)
  }

  #isBest({ v, signed }: StoredItem): boolean {
    const best = this.#best
    return best !== undefined && signed?.seq === best.signed?.seq && sameBytes(v, best.v)
  }

  /** A signature is checked only when the item would be better than the best. */
  #isBetter({ signed }: StoredItem): boolean {
    if (this.#best === undefined) return true
    return signed !== undefined && signed.seq > (this.#best.signed?.seq ?? 0n)
  }

  #take(item: StoredItem): void {
    this.#best = item
    this.#onFound(item)
  }
}
