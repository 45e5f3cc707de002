// One query in, at most one reply out (BEP 5, BEP 32). Consults the tables, the store and the write
// tokens; never waits, never asks anybody, and learns nothing: what a query teaches about its
// sender is the overlay's business.

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
  fitReply,
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
 * Most contacts of one family in a reply, however wide the buckets: no reader takes more, and in
 * the bytes that more would fill there is room for peers.
 */
const MOST_CONTACTS = 20

const COMPACT_PEER_BYTES = { 4: 6, 6: 18 } as const

/** What differs from reply to reply. */
type Body = Pick<Response, 'nodes' | 'nodes6' | 'token' | 'values'>

const EMPTY: Body = Object.freeze({})

/** A query that wants contacts nearer to its target. */
type Nearing = FindNodeQuery | GetPeersQuery | UnknownQuery

export class Responder {
  readonly #services: Services
  readonly #overlays: ReadonlyMap<Family, Overlay>
  readonly #store: PeerStore
  readonly #portOf: (target: Id) => number | undefined
  readonly #tokens: WriteTokens

  /** @param rooms - `portOf` tells at which port we publish an identity ourselves, if at all */
  constructor(
    services: Services,
    rooms: {
      readonly overlays: ReadonlyMap<Family, Overlay>
      readonly store: PeerStore
      readonly portOf: (target: Id) => number | undefined
    },
  ) {
    const { config, random } = services
    this.#services = services
    this.#overlays = rooms.overlays
    this.#store = rooms.store
    this.#portOf = rooms.portOf
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

  /** What answers `query`, a response or an error message; never larger than the reply budget. */
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
        // An unknown method that names a target wants to get nearer to it (libtorrent, mldht).
        return this.#reply(query, from, this.#nodes(query.target, query, from))
    }
  }

  /** An error message (BEP 5, "Errors"). */
  error(transactionId: Uint8Array, code: number, text: string): ErrorMessage {
    this.#services.counters.errorsSent++
    return { kind: 'error', transactionId, code, text }
  }

  #reply(query: Query, from: Endpoint, { nodes, nodes6, token, values }: Body): Response {
    const { config, self } = this.#services
    const { network } = config
    const response: Response = {
      kind: 'response',
      transactionId: query.transactionId,
      id: self,
      nodes,
      nodes6,
      token,
      values,
      // So that it learns at which address others see it (BEP 42).
      ip: from,
    }
    return fitReply(response, network, network.replyBudget)
  }

  /**
   * The k nearest contacts of the families wanted; without `want`, of the family asked over (BEP
   * 32).
   */
  #nodes(target: Id, { id, want }: Nearing, from: Endpoint): Body {
    const n4 = want === undefined ? from.family === 4 : want.n4
    const n6 = want === undefined ? from.family === 6 : want.n6
    return {
      nodes: n4 ? this.#closest(4, target, id) : undefined,
      nodes6: n6 ? this.#closest(6, target, id) : undefined,
    }
  }

  #closest(family: Family, target: Id, exclude: Id): Contact[] | undefined {
    const count = Math.min(this.#services.config.k, MOST_CONTACTS)
    const table = this.#overlays.get(family)?.table
    // Contacts of an earlier life may have died since: others hear of them once they have answered.
    return table?.closest(target, count, { exclude, verifiedOnly: true })
  }

  #peers(target: Id, query: Nearing, from: Endpoint, now: number): Body {
    const { peersPerReply } = this.#services.config
    const { nodes, nodes6 } = this.#nodes(target, query, from)
    const count = peersPerReply[from.family]
    const own = this.#own(target, from, now)
    const size = COMPACT_PEER_BYTES[from.family]
    const stored = this.#store.sample({ target, count, size }, now)
    const others = own === undefined ? stored : stored.filter((peer) => !sameBytes(peer, own))
    const values = own === undefined ? others : [own, ...others].slice(0, count)
    const address = addressBytes(from.address) as Uint8Array
    const reason = this.#store.boundReached({ target, address }, now)
    const mayWrite = reason === undefined || isBoundOfAddress(reason)
    const token = mayWrite ? this.#tokens.issue(this.#bearer(from), target, now) : undefined
    return { nodes, nodes6, token, values: values.length > 0 ? values : undefined }
  }

  /** The same answer whether or not there was anything: a repeated withdrawal is no error. */
  #withdraw(query: WithdrawPeerQuery, from: Endpoint, now: number): Response | ErrorMessage {
    const { target, token, transactionId } = query
    if (!this.#tokens.check(token, this.#bearer(from), target, now)) {
      return this.error(transactionId, ErrorCode.protocol, 'Bad token')
    }
    const address = addressBytes(from.address) as Uint8Array
    this.#store.withdraw({ target, address, sourcePort: from.port }, now)
    return this.#reply(query, from, EMPTY)
  }

  /** Whom a token is given to. */
  #bearer(from: Endpoint): string {
    const { network } = this.#services.config
    return network.tokensBindPort ? formatEndpoint(from) : from.address
  }

  /** What we publish under this identity ourselves, as this asker reaches it. */
  #own(target: Id, asker: Endpoint, now: number): Uint8Array | undefined {
    const port = this.#portOf(target)
    const overlay = this.#overlays.get(asker.family)
    if (port === undefined || overlay === undefined) return undefined
    const endpoint = publishedEndpoint(overlay, { port, asker }, now)
    return endpoint && compactEndpoint(endpoint)
  }

  #announce(query: AnnouncePeerQuery, from: Endpoint, now: number): Response | ErrorMessage {
    const { target, token, transactionId } = query
    if (!this.#tokens.check(token, this.#bearer(from), target, now)) {
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
