// The model of a get of an item (BEP 44): a list of all responses, which is searched whenever
// something is asked of it. Signatures are checked by `node:crypto`, which the core does not use.

import { createHash } from 'node:crypto'
import { type Response, signedBytes } from '@dht/krpc'
import type { StoredItem } from '@dht/store'
import { nodeCrypto } from '../../src/adapters/node-crypto.ts'
import type { ItemGoal } from '../../src/core/lookups/goals/item.ts'
import type { Command } from '../../src/core/operations/command.ts'
import { sameBytes } from '../support/alike.ts'
import { hex, type Peer } from './core-peer.ts'

/** What a user asks for. */
export interface WantedItem {
  readonly target: bigint
  /** Of a mutable item; else it is empty. */
  readonly salt: Uint8Array
  readonly known: bigint | undefined
}

/** A get, in the form that the model of a core takes. */
export type GetCommand = Extract<Command, { kind: 'lookup-goal' }> & {
  readonly goal: ItemGoal
  readonly wanted: WantedItem
  /** The items that the goal has told of. */
  readonly told: readonly StoredItem[]
}

interface Returned {
  readonly by: Peer | undefined
  readonly v: Uint8Array | undefined
  readonly seq: bigint | undefined
  /** The item, if it belongs under the target. */
  readonly item: StoredItem | undefined
  readonly isValid: boolean
}

const seqOf = ({ signed }: StoredItem): bigint => signed?.seq ?? 0n

const isOneVersion = (a: StoredItem, b: StoredItem): boolean =>
  a.signed?.seq === b.signed?.seq && sameBytes(a.v, b.v)

export class ItemGoalModel {
  readonly #wanted: WantedItem
  /** In the order in which they came; first what this node has itself. */
  readonly #returned: Returned[] = []

  constructor(wanted: WantedItem) {
    this.#wanted = wanted
  }

  addOwn(item: StoredItem): void {
    const { v, signed } = item
    this.#returned.push({ by: undefined, v, seq: signed?.seq, item, isValid: true })
  }

  returned({ v, k, sig, seq }: Response, by: Peer): void {
    const isSigned = k !== undefined && sig !== undefined && seq !== undefined
    const signed = isSigned ? { signed: { k, sig, seq, salt: this.#wanted.salt } } : {}
    const item = v === undefined ? undefined : { v, ...signed }
    const isHere = item !== undefined && this.#isHere(item)
    const isValid = isHere && isVerified(item)
    this.#returned.push({ by, v, seq, item: isHere ? item : undefined, isValid })
  }

  /** The valid item with the highest sequence number; of several the one that came first. */
  get item(): StoredItem | undefined {
    return this.told.at(-1)
  }

  /** Each valid item that is newer than all that came before it. */
  get told(): StoredItem[] {
    const valid = this.#returned.filter(({ isValid }) => isValid).map(({ item }) => item!)
    return valid.filter((item, at) => valid.slice(0, at).every((one) => seqOf(one) < seqOf(item)))
  }

  /** The lookup needs nothing more: an immutable item has one version. */
  get isReached(): boolean {
    return this.item !== undefined && this.item.signed === undefined
  }

  /** The nodes that returned the item, from the first time that it came with a valid signature. */
  get holders(): Peer[] {
    const { item: best } = this
    if (best === undefined) return []
    const from = this.#returned.findIndex(({ item, isValid }) => isValid && item === best)
    const equal = this.#returned
      .slice(from)
      .filter(({ item }) => item !== undefined && isOneVersion(item, best))
      .flatMap(({ by }) => (by === undefined ? [] : [by]))
    const addresses = [...new Set(equal.map(({ address }) => address))]
    return addresses.map((each) => equal.findLast(({ address }) => address === each)!)
  }

  /** What this node says that it has; undefined: nothing. */
  claimOf({ address }: Peer): Pick<Returned, 'v' | 'seq'> | undefined {
    return this.#returned.findLast(({ by, v, seq }) => {
      return by?.address === address && (v !== undefined || seq !== undefined)
    })
  }

  #isHere({ v, signed }: StoredItem): boolean {
    const { salt, target } = this.#wanted
    const hashed = signed === undefined ? v : Uint8Array.from([...signed.k, ...salt])
    return BigInt(`0x${hex(createHash('sha1').update(hashed).digest())}`) === target
  }
}

function isVerified({ v, signed }: StoredItem): boolean {
  if (signed === undefined) return true
  const { k, sig, seq, salt } = signed
  return nodeCrypto.verify(k, signedBytes({ salt, seq, v }), sig)
}
