// The model of how a core replies to queries for items (BEP 44) and for samples (BEP 51). A flat
// list of items; signatures are checked by `node:crypto`, which the core does not use.

import {
  type Endpoint,
  type GetQuery,
  type PutQuery,
  type Query,
  type Response,
  signedBytes,
} from '@dht/krpc'
import {
  type ItemBound,
  type ItemPutOutcome,
  resolveItemStoreOptions,
  type StoredItem,
} from '@dht/store'
import { NaiveItems } from '../../../store/test/support/naive-items.ts'
import { nodeCrypto } from '../../src/adapters/node-crypto.ts'
import { targetOf } from '../../src/core/items/item.ts'
import type { NodeContext } from './core-context.ts'
import { Allowance, hex, numberOf, sourceOf, subnetKeyOf } from './core-peer.ts'

type Asked<M extends string> = Extract<Query, { method: M }>
type Body = Partial<Response>

const NO_ROOM: Readonly<Record<ItemBound, string>> = {
  maxItems: 'No room: the store is full (maxItems)',
  maxItemBytes: 'No room: the store is full (maxItemBytes)',
  subnetShare: 'No room: too many items of your subnet (subnetShare)',
  maxItemsPerSource: 'No room: too many items of your address (maxItemsPerSource)',
}
const CONFLICTS = {
  cas: [301, 'The stored sequence number is another'],
  seq: [302, 'The stored item is newer'],
} as const
const MAX_SAMPLES = 20
/** Of the largest item: its value and its salt. */
const MAX_BYTES = 1_000 + 64
const MAX_INTERVAL_S = 21_600

/** What the rest of the model does for these methods. */
export interface ItemsOwner {
  contacts(query: Query, from: Endpoint): Body
  /** @param made - the token that the core made */
  give(made: Uint8Array | undefined, from: Endpoint, target: bigint): Uint8Array
  accepts(token: Uint8Array, from: Endpoint, target: bigint): boolean
  reply(query: Query, from: Endpoint, body: Body): void
  refuse(transactionId: Uint8Array, code: number, text: string, from: Endpoint): void
  /** The targets under which peers are stored. */
  storedTargets(): readonly Uint8Array[]
}

export class ItemsModel {
  readonly #node: NodeContext
  readonly #owner: ItemsOwner
  readonly #checks: Allowance
  #counts = new Map<string, number>()
  #windowEndsAt = Number.NEGATIVE_INFINITY
  readonly store: NaiveItems

  constructor(node: NodeContext, owner: ItemsOwner) {
    const { itemLifetimeMs: lifetimeMs, ...rest } = node.config
    const { maxItems, maxItemBytes, maxItemsPerSource, subnetShare } = rest
    const perSecond = node.config.signatureChecksPerSecond
    this.#node = node
    this.#owner = owner
    this.#checks = new Allowance(perSecond, Math.max(1, perSecond))
    this.store = new NaiveItems(
      resolveItemStoreOptions({
        lifetimeMs,
        maxItems,
        maxItemBytes,
        maxItemsPerSource,
        subnetShare,
      }),
    )
  }

  get(query: Asked<'get'>, from: Endpoint): void {
    const { now, oracle } = this.#node
    const told = oracle.peekMessage()
    const made = told?.kind === 'response' ? told.token : undefined
    const { target } = query
    const room = { target, source: sourceOf(from), subnet: subnetKeyOf(from), bytes: MAX_BYTES }
    const reason = this.store.boundReached(room, now)
    const mayWrite = reason === undefined || reason === 'maxItemsPerSource'
    const token = mayWrite ? this.#owner.give(made, from, numberOf(target)) : undefined
    const parts = this.#partsOf(this.store.find(target, now)?.item, query)
    this.#owner.reply(query, from, { ...this.#owner.contacts(query, from), token, ...parts })
  }

  put(query: Asked<'put'>, from: Endpoint): void {
    const { now } = this.#node
    const { transactionId, token, cas } = query
    const item = itemOf(query)
    const target = targetOf(item, nodeCrypto)
    if (!this.#owner.accepts(token, from, numberOf(target))) {
      this.#refuse(transactionId, [203, 'Bad token'], from)
      return
    }
    const stored = { target, item, source: sourceOf(from), subnet: subnetKeyOf(from), cas }
    const { kind } = this.store.preview(stored, now)
    const isNew = kind === 'added' || kind === 'replaced'
    if (isNew && !this.#isAffordable(item, from)) {
      this.#refuse(transactionId, [202, 'Too many signatures to check'], from)
    } else if (isNew && !isSigned(item)) {
      this.#refuse(transactionId, [206, 'Bad signature'], from)
    } else {
      const outcome = this.store.put(stored, now)
      this.#node.note(`item: ${outcome.kind}`)
      const refusal = refusalOf(outcome)
      if (refusal === undefined) this.#owner.reply(query, from, {})
      else this.#refuse(transactionId, refusal, from)
    }
  }

  /** The core chooses the order of the samples, and which they are if there are many. */
  sample(query: Asked<'sample_infohashes'>, from: Endpoint): void {
    const { config, oracle } = this.#node
    const told = oracle.peekMessage()
    const samples = told?.kind === 'response' ? told.samples?.slice() : undefined
    const { idLength } = config.network
    const stored = new Set(this.#owner.storedTargets().map(hex))
    const chosen = Array.from({ length: (samples?.length ?? 0) / idLength }, (_, i) =>
      hex(samples!.subarray(i * idLength, (i + 1) * idLength)),
    )
    const isAllowed = chosen.every((each) => stored.has(each))
    const isWhole = new Set(chosen).size === Math.min(MAX_SAMPLES, stored.size)
    const isTold = told?.kind === 'response'
    if (isTold && !(isAllowed && isWhole)) throw new Error(`SAMPLE-1: ${chosen} of ${[...stored]}`)
    this.#node.note(chosen.length > 0 ? 'samples: some' : 'samples: none')
    const seconds = Math.min(Math.floor(config.peerLifetimeMs / 1_000), MAX_INTERVAL_S)
    this.#owner.reply(query, from, {
      ...this.#owner.contacts(query, from),
      interval: BigInt(seconds),
      num: BigInt(stored.size),
      samples: samples ?? new Uint8Array(idLength * Math.min(MAX_SAMPLES, stored.size)),
    })
  }

  #partsOf(item: StoredItem | undefined, { seq: known }: GetQuery): Body {
    if (item === undefined) return {}
    this.#node.note(item.signed === undefined ? 'item told: immutable' : 'item told: mutable')
    if (item.signed === undefined) return { v: item.v }
    const { k, sig, seq } = item.signed
    const isKnown = known !== undefined && seq <= known
    if (isKnown) this.#node.note('item told: seq alone')
    return isKnown ? { seq } : { v: item.v, k, sig, seq }
  }

  #isAffordable({ signed }: StoredItem, from: Endpoint): boolean {
    if (signed === undefined) return true
    return this.#isWithinShare(sourceOf(from)) && this.#checks.take(1, this.#node.now)
  }

  /** Each host has a twentieth of the checks of one window. */
  #isWithinShare(source: string): boolean {
    const { now, config } = this.#node
    const { signatureChecksPerSecond: perSecond, sourceWindowMs: windowMs, maxSources } = config
    const isInWindow = now < this.#windowEndsAt && now >= this.#windowEndsAt - windowMs
    if (!isInWindow) {
      this.#counts = new Map()
      this.#windowEndsAt = now + windowMs
    }
    const count = this.#counts.get(source)
    if ((count ?? 0) >= Math.max(1, Math.ceil((perSecond * windowMs) / 20_000))) return false
    if (count === undefined && this.#counts.size >= maxSources) this.#counts = new Map()
    this.#counts.set(source, (count ?? 0) + 1)
    return true
  }

  #refuse(transactionId: Uint8Array, [code, text]: Refusal, from: Endpoint): void {
    this.#node.note(`item refused: ${code}`)
    this.#owner.refuse(transactionId, code, text, from)
  }
}

type Refusal = readonly [code: number, text: string]

function refusalOf(outcome: ItemPutOutcome): Refusal | undefined {
  if (outcome.kind === 'conflict') return CONFLICTS[outcome.reason]
  return outcome.kind === 'refused' ? [202, NO_ROOM[outcome.reason]] : undefined
}

function isSigned({ v, signed }: StoredItem): boolean {
  if (signed === undefined) return true
  const { k, sig, seq, salt } = signed
  return nodeCrypto.verify(k, signedBytes({ salt, seq, v }), sig)
}

/** A copy, because the fields of a message are views of its bytes. */
function itemOf({ v, k, sig, seq, salt }: PutQuery): StoredItem {
  if (k === undefined || sig === undefined || seq === undefined) return { v: v.slice() }
  const signed = { k: k.slice(), sig: sig.slice(), seq, salt: salt?.slice() ?? new Uint8Array(0) }
  return { v: v.slice(), signed }
}
