// What others do with the items of a core: they get them, put them with everything that can be
// right or wrong, and ask for samples.

import { encodeValue, type Query } from '@dht/krpc'
import { Author, type ItemPut } from '../support/items.ts'
import { send } from './core.targets.ts'
import type { Who, World } from './core.world.ts'
import { numberOf } from './core-peer.ts'

/** One version of one of a few items. */
export interface ItemChoice {
  /** 0 and 1: immutable items; 2 and 3: mutable ones, of which one has a salt. */
  readonly item: number
  readonly seq: number
  readonly text: number
}

export const ITEMS = [0, 1, 2, 3] as const
export const TEXTS = [0, 1] as const

export interface Putting extends ItemChoice {
  readonly who: Who
  readonly fault: 'none' | 'wrong token' | 'wrong signature' | 'other address'
  readonly cas: number | undefined
  readonly rotations: number
  /** The sequence number that the one that asks has already. */
  readonly known: number | undefined
}

const author = new Author(1)
export const otherAuthor: Author = new Author(2)

/** Asks for an item and a token, puts the item, and asks for it again. */
export function putItem(putting: Putting, world: World): void {
  const { responder, config } = world.model
  if (!config.network.methods.has('put')) return
  const who = world.peer(putting.who)
  const made = itemOf(putting)
  const own = who.contact.endpoint
  const { known } = putting
  const ask = (seq: number | undefined): void => {
    send(query({ method: 'get', target: made.target, seq: bigOf(seq) }, putting, world), own, world)
    world.count('query: get')
  }
  ask(known)
  const given = responder.given.findLast(
    (each) => responder.isBearer(each, own) && each.target === numberOf(made.target),
  )
  world.now += putting.rotations * config.tokenRotateMs
  world.look()
  const none = new Uint8Array(8)
  const token = putting.fault === 'wrong token' ? none : (given?.token ?? none)
  const { v, k, seq, salt, cas } = { ...made, cas: bigOf(putting.cas) }
  const sig = putting.fault === 'wrong signature' ? made.sig?.map((byte) => byte ^ 1) : made.sig
  const salted = salt !== undefined && salt.length > 0 ? { salt } : {}
  const signed = k === undefined ? {} : { k, sig, seq, cas, ...salted }
  const from = putting.fault === 'other address' ? world.placeOf(putting.text + 7, own.family) : own
  send(query({ method: 'put', v, token, ...signed }, putting, world), from, world)
  world.count('query: put')
  ask(putting.seq)
}

/**
 * One sender puts one item again and again, or several items, so that versions meet one another
 * and bounds are reached.
 */
export function putItems(
  [all, isOneItem]: readonly [readonly Putting[], boolean],
  world: World,
): void {
  const [first] = all
  for (const [i, each] of all.entries()) {
    const item = isOneItem ? 2 + (first!.item % 2) : i
    putItem({ ...each, who: first!.who, item, rotations: 0 }, world)
  }
}

/** Asks for samples of the targets under which peers are stored. */
export function askForSamples(putting: Putting, world: World): void {
  if (!world.model.config.network.methods.has('sample_infohashes')) return
  const { contact, id } = world.peer(putting.who)
  send(query({ method: 'sample_infohashes', target: id }, putting, world), contact.endpoint, world)
  world.count('query: sample_infohashes')
}

function query(content: object, { who, text }: Putting, world: World): Query {
  const { id } = world.peer(who)
  const head = { kind: 'query', transactionId: Uint8Array.of(text, 9), id } as const
  return { ...head, readOnly: text === 1, want: undefined, ...content } as unknown as Query
}

/** @param by - its author */
export function itemOf({ item, seq, text }: ItemChoice, by: Author = author): ItemPut {
  const v = encodeValue(new TextEncoder().encode(`${item} ${text}`))
  if (item < 2) return by.immutable(v)
  return by.mutable({ v, seq: BigInt(seq), salt: item === 3 ? 'salt' : '' })
}

export const bigOf = (seq: number | undefined): bigint | undefined =>
  seq === undefined ? undefined : BigInt(seq)
