// The list: a new method is a new file and a line here.

import type { ResponseHead } from '../message/envelope.ts'
import { announcePeer } from './announce-peer.ts'
import { findNode } from './find-node.ts'
import { get } from './get.ts'
import { getPeers } from './get-peers.ts'
import { mainlineAnnouncePeer } from './mainline-announce-peer.ts'
import { mainlineGetPeers } from './mainline-get-peers.ts'
import type { Method, QueryOf, ResultsOf } from './method.ts'
import { MethodList } from './method-list.ts'
import { ping } from './ping.ts'
import { put } from './put.ts'
import { sampleInfohashes } from './sample-infohashes.ts'
import type { UnknownQuery } from './unknown.ts'
import { withdrawPeer } from './withdraw-peer.ts'

/** Every method of this package. */
export type BuiltInMethod =
  | typeof ping
  | typeof findNode
  | typeof getPeers
  | typeof announcePeer
  | typeof withdrawPeer
  | typeof get
  | typeof put
  | typeof sampleInfohashes
  | typeof mainlineGetPeers
  | typeof mainlineAnnouncePeer

/** The methods of Mainline. */
export const mainlineMethods: MethodList<BuiltInMethod> = new MethodList<BuiltInMethod>([
  ping,
  findNode,
  mainlineGetPeers,
  mainlineAnnouncePeer,
  get,
  put,
  sampleInfohashes,
])

/** The methods of `dht256`. */
export const dht256Methods: MethodList<BuiltInMethod> = new MethodList<BuiltInMethod>([
  ping,
  findNode,
  getPeers,
  announcePeer,
  withdrawPeer,
])

/** A query of a method in the list, or of an unknown method. `method` says which. */
export type Query<M extends Method = BuiltInMethod> = QueryOf<M> | UnknownQuery

/** A response. Which results it should have depends on the query. */
export type Response<M extends Method = BuiltInMethod> = ResponseHead & Results<M>

/** Any results of the methods. */
type Results<M> = Partial<Intersection<ResultsOf<M>>>

/** All of the members of a union at once. */
type Intersection<U> = (U extends unknown ? (each: U) => void : never) extends (
  all: infer I,
) => void
  ? I
  : never
