// Makes the reply to a query (BEP 5, BEP 32) from the routing tables, the stored peers and the
// write tokens. It sends no queries and learns nothing about the sender: that is the business of
// the overlay.

import type { Id } from '@dht/id'
import {
  type AnnouncePeerQuery,
  addressBytes,
  type Contact,
  compactEndpoint,
  type Endpoint,
  ErrorCode,
  type ErrorMessage,
  type Family,
  type FindNodeQuery,
  formatEndpoint,
  type GetPeersQuery,
  type Query,
  type Response,
  type UnknownQuery,
  type WithdrawPeerQuery,
} from '@dht/krpc'
import { type PeerStore, WriteTokens } from '@dht/store'
import type { Overlay } from '../overlay/overlay.ts'
import { publishedEndpoint } from '../publishing/published-endpoint.ts'
import type { Services } from '../services.ts'
import { isBoundOfAddress, storeFullText } from './store-full.ts'

/**
 * Most contacts of one family in a reply, for any k: receivers use no more, and peers need the rest
 * of the bytes.
 */
const MAX_CONTACTS = 20

const COMPACT_PEER_BYTES = { 4: 6, 6: 18 } as const

/** The fields in which responses differ. */
type Body = Pick<Response, 'nodes' | 'nodes6' | 'token' | 'values'>

const EMPTY: Body = Object.freeze({})

/** A query that gets contacts near its target. */
type TargetQuery = FindNodeQuery | GetPeersQuery | UnknownQuery

export class Responder {
  readonly #services: Services
  readonly #overlays: ReadonlyMap<Family, Overlay>
  readonly #store: PeerStore
  readonly #portOf: (target: Id) => number | undefined
  readonly #tokens: WriteTokens

  /** @param parts - `portOf` gives the port at which this node publishes an identity, if it does */
  constructor(
    services: Services,
    parts: {
      readonly overlays: ReadonlyMap<Family, Overlay>
      readonly store: PeerStore
      readonly portOf: (target: Id) => number | undefined
    },
  ) {
    const { config, random } = services
    this.#services = services
    this.#overlays = parts.overlays
    this.#store = parts.store
    this.#portOf = parts.portOf
    this.#tokens = new WriteTokens({
      random,
      tag: config.network.name,
      rotateMs: config.tokenRotateMs,
    })
  }

  /** Epoch of the write tokens. */
  get tokenEpoch(): number {
    return this.#tokens.epoch
  }

  /**
   * The reply to `query`, a response or an error message. It may exceed the reply budget.
   */
  respond(query: Query, from: Endpoint, now: number): Response | ErrorMessage {
    switch (query.method) {
      case 'ping':
        return this.#reply(query, from, EMPTY)
      case 'find_node':
        return this.#reply(query, from, this.#nodes(query.target, query, from))
      case 'get_peers':
        return this.#reply(query, from, this.#peers(query.target, query, from, now))
      case 'announce_peer':
        return this.#announce(query, from, now)
      case 'withdraw_peer':
        return this.#withdraw(query, from, now)
      case 'unknown':
        // An unknown method with a target is answered like find_node (libtorrent, mldht).
        return this.#reply(query, from, this.#nodes(query.target, query, from))
    }
  }

  /** An error message (BEP 5, "Errors"). */
  error(transactionId: Uint8Array, code: number, text: string): ErrorMessage {
    this.#services.counters.errorsSent++
    return { kind: 'error', transactionId, code, text }
  }

  #reply(query: Query, from: Endpoint, { nodes, nodes6, token, values }: Body): Response {
    return {
      kind: 'response',
      transactionId: query.transactionId,
      id: this.#services.self,
      nodes,
      nodes6,
      token,
      values,
      // Tells the sender at which address others see it (BEP 42).
      ip: from,
    }
  }

  /**
   * The k nearest contacts of the families in `want`; without `want`, of the family over which the
   * query came (BEP 32).
   */
  #nodes(target: Id, { id, want }: TargetQuery, from: Endpoint): Body {
    const n4 = want === undefined ? from.family === 4 : want.n4
    const n6 = want === undefined ? from.family === 6 : want.n6
    return {
      nodes: n4 ? this.#closest(4, target, id) : undefined,
      nodes6: n6 ? this.#closest(6, target, id) : undefined,
    }
  }

  #closest(family: Family, target: Id, exclude: Id): Contact[] | undefined {
    const count = Math.min(this.#services.config.k, MAX_CONTACTS)
    const table = this.#overlays.get(family)?.table
    // Restored contacts may be dead, so replies name them only after they have responded.
    return table?.closest(target, count, { exclude, verifiedOnly: true })
  }

  #peers(target: Id, query: TargetQuery, from: Endpoint, now: number): Body {
    const { peersPerReply } = this.#services.config
    const { nodes, nodes6 } = this.#nodes(target, query, from)
    const count = peersPerReply[from.family]
    const own = this.#ownPeer(target, from, now)
    const size = COMPACT_PEER_BYTES[from.family]
    const stored = this.#store.sample({ target, count, size }, now)
    const others = own === undefined ? stored : stored.filter((peer) => !sameBytes(peer, own))
    const values = own === undefined ? others : [own, ...others].slice(0, count)
    const address = addressBytes(from.address) as Uint8Array
    const reason = this.#store.boundReached({ target, address }, now)
    const mayWrite = reason === undefined || isBoundOfAddress(reason)
    const token = mayWrite ? this.#tokens.issue(this.#tokenHolder(from), target, now) : undefined
    return { nodes, nodes6, token, values: values.length > 0 ? values : undefined }
  }

  /** The response is the same whether or not a peer was stored: withdrawing twice is no error. */
  #withdraw(query: WithdrawPeerQuery, from: Endpoint, now: number): Response | ErrorMessage {
    const { target, token, transactionId } = query
    if (!this.#tokens.check(token, this.#tokenHolder(from), target, now)) {
      return this.error(transactionId, ErrorCode.protocol, 'Bad token')
    }
    const address = addressBytes(from.address) as Uint8Array
    this.#store.withdraw({ target, address, sourcePort: from.port }, now)
    return this.#reply(query, from, EMPTY)
  }

  /** What a token is valid for: the sender's address, on some networks with its port. */
  #tokenHolder(from: Endpoint): string {
    const { network } = this.#services.config
    return network.tokensBindPort ? formatEndpoint(from) : from.address
  }

  /** The peer that this node publishes under the identity itself, at the address for this asker. */
  #ownPeer(target: Id, asker: Endpoint, now: number): Uint8Array | undefined {
    const port = this.#portOf(target)
    const overlay = this.#overlays.get(asker.family)
    if (port === undefined || overlay === undefined) return undefined
    const endpoint = publishedEndpoint(overlay, { port, asker }, now)
    return endpoint && compactEndpoint(endpoint)
  }

  #announce(query: AnnouncePeerQuery, from: Endpoint, now: number): Response | ErrorMessage {
    const { target, token, transactionId } = query
    if (!this.#tokens.check(token, this.#tokenHolder(from), target, now)) {
      return this.error(transactionId, ErrorCode.protocol, 'Bad token')
    }
    const port = query.impliedPort ? from.port : query.port
    const peer = compactEndpoint({ ...from, port })
    const stored = this.#store.put({ target, peer, sourcePort: from.port }, now)
    if (stored.kind === 'refused') {
      return this.error(transactionId, ErrorCode.server, storeFullText(stored.reason))
    }
    if (stored.kind === 'added') this.#services.outbox.trace({ kind: 'stored', target })
    return this.#reply(query, from, EMPTY)
  }
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at])
}
