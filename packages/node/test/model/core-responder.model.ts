// The model of how a core replies to queries: which queries get a reply, what it says, and what the
// store keeps. A token is valid when this node gave it to this address for this target in the
// current or the previous epoch. The core chooses its bytes.

import { createHash } from 'node:crypto'
import { idFromBytes } from '@dht/id'
import {
  compactContacts,
  compactEndpoint,
  type Endpoint,
  type Family,
  type Malformed,
  type Query,
  type Response,
} from '@dht/krpc'
import { type RefusalReason, resolvePeerStoreOptions, type StoredPeer } from '@dht/store'
import { NaiveStore } from '../../../store/test/support/world.ts'
import type { AnnouncedModel } from './core-announced.model.ts'
import type { NodeContext } from './core-context.ts'
import { ItemsModel } from './core-items.model.ts'
import type { OverlayModel } from './core-overlay.model.ts'
import { Allowance, hex, numberOf, sourceOf } from './core-peer.ts'
import { ReplyLengthModel } from './core-reply-length.model.ts'

/** A token that was given. */
export interface Given {
  readonly token: Uint8Array
  readonly address: string
  readonly port: number
  readonly target: bigint
  readonly epoch: number
}

const MOST_CONTACTS = 20

/** The texts of the errors of a full store. */
const NO_ROOM: Readonly<Record<RefusalReason, string>> = {
  maxPeers: 'No room: the store is full (maxPeers)',
  maxKeys: 'No room: too many identities stored (maxKeys)',
  subnetShare: 'No room: too many peers in your subnet (subnetShare)',
  maxPeersPerKey: 'No room: too many peers of this identity (maxPeersPerKey)',
  maxPeersPerSource: 'No room: too many peers at your address (maxPeersPerSource)',
  maxPeersPerSourceAndKey: 'No room: your address in this identity (maxPeersPerSourceAndKey)',
}

export type Families = ReadonlyMap<Family, { readonly overlay: OverlayModel }>

type Body = Partial<Omit<Response, 'kind' | 'transactionId' | 'version' | 'id' | 'ip'>>
/** A query that is answered with contacts. */
type Asking = Extract<Query, { target: unknown }>

export class ResponderModel {
  readonly #node: NodeContext
  readonly #families: Families
  readonly #announcedUnder: (target: bigint) => AnnouncedModel | undefined
  readonly store: NaiveStore
  readonly items: ItemsModel
  readonly given: Given[] = []
  epoch: number = Number.NEGATIVE_INFINITY
  readonly #replyBytes: Allowance
  readonly #length: ReplyLengthModel
  #counts = new Map<string, number>()
  #windowEndsAt = Number.NEGATIVE_INFINITY

  constructor(
    node: NodeContext,
    parts: {
      readonly families: Families
      readonly announcedUnder: (target: bigint) => AnnouncedModel | undefined
    },
  ) {
    const { config } = node
    this.#node = node
    this.#families = parts.families
    this.#announcedUnder = parts.announcedUnder
    this.#length = new ReplyLengthModel(node)
    this.#replyBytes = new Allowance(config.replyBytesPerSecond, config.replyBytesPerSecond)
    this.items = new ItemsModel(node, {
      contacts: (query, from) => this.#contacts(query as Asking, from),
      give: (made, from, target) => this.#give(made, from, target),
      accepts: (token, from, target) => this.accepts(token, from, target),
      reply: (query, from, body) => this.#reply(query, from, body),
      refuse: (...error) => this.#refuse(...error),
      storedTargets: () => this.store.live(node.now).map(({ target }) => target),
    })
    this.store = new NaiveStore(
      resolvePeerStoreOptions({
        lifetimeMs: config.peerLifetimeMs,
        maxPeers: config.maxPeers,
        maxPeersPerKey: config.maxPeersPerKey,
        maxPeersPerSource: config.maxPeersPerSource,
        maxPeersPerSourceAndKey: config.maxPeersPerSourceAndKey,
        maxKeys: config.maxKeys,
        subnetShare: config.subnetShare,
      }),
    )
  }

  /** Sources counted in the current window. */
  get sources(): number {
    return this.#counts.size
  }

  respond(query: Query, from: Endpoint, size: number): void {
    const node = this.#node
    const overlay = this.#families.get(from.family)!.overlay
    const { method } = query
    node.counters.queriesReceived[method]!++
    if (numberOf(query.id) === node.self) overlay.ownIdReceived(query.transactionId, from)
    if (node.config.readOnly === true || overlay.isSelf(from)) return
    // Verified members are not bad, and the nearest to its own id is the member itself.
    const [member] = overlay.verified(numberOf(query.id), 1)
    const isMember = member?.key === node.peer(idFromBytes(query.id), from).key
    const isProven = isMember || node.addresses.proven.has(from, node.now)
    if (!this.#length.allow({ from, size, isProven, isWithin: this.#admits(from) })) return
    this.#respond(query, from)
    if (!query.readOnly) overlay.queryReceived(numberOf(query.id), from)
  }

  respondToMalformed({ code, transactionId, text }: Malformed, from: Endpoint, size: number): void {
    if (code === undefined || transactionId === undefined) return
    if (this.#node.config.readOnly === true) return
    const isProven = this.#node.addresses.proven.has(from, this.#node.now)
    if (!this.#admits(from)) return
    this.#length.allow({ from, size, isProven, isWithin: true })
    this.#refuse(transactionId, code, text!, from)
  }

  /** Whether a token is valid now. */
  accepts(token: Uint8Array, from: Endpoint, target: bigint): boolean {
    this.#turnEpoch()
    const isValid = this.given.some(
      (each) =>
        hex(each.token) === hex(token) &&
        this.isBearer(each, from) &&
        each.target === target &&
        each.epoch >= this.epoch - 1,
    )
    if (isValid) this.#node.addresses.proven.add(from, this.#node.now)
    return isValid
  }

  /** In dht256 a token is valid for one port, in Mainline for all ports of its address. */
  isBearer({ address, port }: Given, from: Endpoint): boolean {
    const { name } = this.#node.config.network
    return address === from.address && (name === 'mainline' || port === from.port)
  }

  #admits(from: Endpoint): boolean {
    const { now, config } = this.#node
    const isInWindow = now < this.#windowEndsAt && now >= this.#windowEndsAt - config.sourceWindowMs
    if (!isInWindow) {
      this.#counts = new Map()
      this.#windowEndsAt = now + config.sourceWindowMs
    }
    const source = sourceOf(from)
    const count = this.#counts.get(source)
    if ((count ?? 0) >= config.queriesPerSource) return false
    if (count === undefined && this.#counts.size >= config.maxSources) this.#counts = new Map()
    this.#counts.set(source, (count ?? 0) + 1)
    return true
  }

  #respond(query: Query, from: Endpoint): void {
    switch (query.method) {
      case 'ping':
        this.#reply(query, from, {})
        break
      case 'find_node':
      case 'unknown':
        this.#reply(query, from, this.#contacts(query, from))
        break
      case 'get_peers':
        this.#reply(query, from, {
          ...this.#contacts(query, from),
          ...this.#peers(query, from),
          ...this.#filters(query, from),
        })
        break
      case 'announce_peer':
        this.#enter(query, from)
        break
      case 'withdraw_peer':
        this.#withdraw(query, from)
        break
      case 'get':
        this.items.get(query, from)
        break
      case 'put':
        this.items.put(query, from)
        break
      case 'sample_infohashes':
        this.items.sample(query, from)
        break
    }
  }

  #contacts(query: Asking, from: Endpoint): Body {
    const { want } = query as Extract<Query, { method: 'find_node' }>
    const nearest = (family: Family): Uint8Array | undefined => {
      const parts = this.#families.get(family)
      const isWanted = want === undefined ? from.family === family : want[`n${family}`]
      if (parts === undefined || !isWanted) return undefined
      const count = Math.min(this.#node.config.k, MOST_CONTACTS)
      const nodes = parts.overlay.verified(numberOf(query.target), count, numberOf(query.id))
      return compactContacts(nodes.map(({ contact }) => contact))
    }
    return { nodes: nearest(4), nodes6: nearest(6) }
  }

  /** The core chooses the peers and their order. */
  #peers(query: Extract<Query, { method: 'get_peers' }>, from: Endpoint): Body {
    const { now, config } = this.#node
    const told = this.#node.oracle.peekMessage()
    const reply: Partial<Response> = told?.kind === 'response' ? told : {}
    const target = hex(query.target)
    const announced = this.#announcedUnder(numberOf(query.target))
    const withoutSeeds = 'noseed' in query && query.noseed === true
    const ours = this.#own(numberOf(query.target), from)
    const own = withoutSeeds && announced?.seed ? undefined : ours
    const live = this.store
      .live(now)
      .filter((entry) => hex(entry.target) === target && isOf(entry, from.family))
      .filter(({ seed }) => !seed || !withoutSeeds)
      .map(({ peer }) => hex(peer))
      .filter((peer) => peer !== ours)
    if (withoutSeeds) this.#node.note('without seeds')
    const chosen = (reply.values ?? []).map(hex).filter((peer) => peer !== own)
    const others = [...live]
    for (const peer of chosen) {
      const at = others.indexOf(peer)
      if (at < 0) throw new Error(`PROTO-55: peers ${String(chosen)} of ${String(live)}`)
      others.splice(at, 1)
    }
    const all = [...(own === undefined ? [] : [own]), ...chosen, ...others]
    const values = all.slice(0, config.peersPerReply[from.family]).map(bytesOf)
    if (announced !== undefined) {
      this.#node.note(ours === undefined ? 'own entry: kept back' : 'own entry: told')
    }
    const reason = this.store.boundReached({ target: query.target, address: addressOf(from) }, now)
    const mayWrite = reason === undefined || reason.startsWith('maxPeersPerSource')
    const token = mayWrite ? this.#give(reply.token, from, numberOf(query.target)) : undefined
    return { values: values.length > 0 ? values : undefined, token }
  }

  /** The addresses of seeds, and those of other peers that are not among them. */
  #filters(query: Extract<Query, { method: 'get_peers' }>, from: Endpoint): Body {
    if (!('scrape' in query) || query.scrape !== true) return {}
    const target = numberOf(query.target)
    const own = this.#own(target, from)
    const stored = this.store
      .live(this.#node.now)
      .filter((entry) => numberOf(entry.target) === target && isOf(entry, from.family))
      .map(({ peer, seed }) => ({ address: hex(peer).slice(0, -4), seed }))
    const { seed = false } = this.#announcedUnder(target) ?? {}
    const all = own === undefined ? stored : [{ address: own.slice(0, -4), seed }, ...stored]
    this.#node.note(all.length > 0 ? 'scrape: filters' : 'scrape: nothing')
    if (all.length === 0) return {}
    const seeds = all.filter((each) => each.seed).map(({ address }) => address)
    const others = all.map(({ address }) => address).filter((each) => !seeds.includes(each))
    return { seedFilter: filterOf(seeds), peerFilter: filterOf(others) }
  }

  /** The peer that this node publishes itself, in compact form. It comes first. */
  #own(target: bigint, from: Endpoint): string | undefined {
    const announced = this.#announcedUnder(target)
    const overlay = this.#families.get(from.family)?.overlay
    if (announced === undefined || overlay === undefined) return undefined
    const { local, onThisMachine: nearby } = overlay
    const isNear = (address: string): boolean => /^127\.|^::1$/.test(address)
    const isEverywhere = /^(0\.0\.0\.0|::)$/.test(local.address)
    const elsewhere = isEverywhere ? overlay.votes.address(this.#node.now) : local.address
    const address = isNear(from.address) ? nearby.address : elsewhere
    if (address === undefined || (isNear(address) && !isNear(from.address))) return undefined
    const port = announced.impliedPort ? local.port : announced.port
    return hex(compactEndpoint({ ...local, address, port }))
  }

  #enter(query: Extract<Query, { method: 'announce_peer' }>, from: Endpoint): void {
    const node = this.#node
    const { transactionId, target, token, impliedPort } = query
    if (!this.accepts(token, from, numberOf(target))) {
      this.#refuse(transactionId, 203, 'Bad token', from)
      return
    }
    const peer = { ...from, port: impliedPort ? from.port : query.port }
    const seed = 'seed' in query && query.seed === true
    const stored = this.store.put(
      { target, peer: compactEndpoint(peer), sourcePort: from.port, seed },
      node.now,
    )
    if (seed) node.note('stored: a seed')
    if (stored.kind === 'refused') {
      this.#refuse(transactionId, 202, NO_ROOM[stored.reason], from)
    } else {
      const renewed = stored.kind === 'renewed'
      node.trace({ kind: 'stored', target, peer, from, renewed })
      this.#reply(query, from, {})
    }
    node.note(`stored: ${stored.kind}`)
  }

  #withdraw(query: Extract<Query, { method: 'withdraw_peer' }>, from: Endpoint): void {
    const { transactionId, target, token } = query
    if (!this.accepts(token, from, numberOf(target))) {
      this.#refuse(transactionId, 203, 'Bad token', from)
      return
    }
    const sender = { target, address: addressOf(from), sourcePort: from.port }
    const count = this.store.withdraw(sender, this.#node.now)
    this.#reply(query, from, {})
    this.#node.note(count > 0 ? 'withdrawn' : 'nothing to withdraw')
  }

  /** A token of the core: the same for the same sender in one epoch, else a new one. */
  #give(made: Uint8Array | undefined, from: Endpoint, target: bigint): Uint8Array {
    this.#turnEpoch()
    const { epoch } = this
    const before = this.given.find(
      (each) => this.isBearer(each, from) && each.target === target && each.epoch === epoch,
    )
    if (before !== undefined) return before.token
    const token = made?.slice() ?? new Uint8Array(8)
    if (made === undefined) return token
    if (token.length !== 8 || this.given.some((each) => hex(each.token) === hex(token))) {
      throw new Error(`TOKEN-5: ${hex(token)} is no token of its own`)
    }
    const { address, port } = from
    this.given.push({ token, address, port, target, epoch })
    return token
  }

  #turnEpoch(): void {
    const { now, config } = this.#node
    this.epoch = Math.max(this.epoch, Math.floor(now / config.tokenRotateMs))
  }

  #reply(query: Query, from: Endpoint, body: Body): void {
    const node = this.#node
    const { transactionId } = query
    const response = {
      kind: 'response',
      transactionId,
      version: node.config.network.version,
      id: node.selfId,
      ip: from,
      ...body,
    } as const
    this.#send(response, from)
  }

  #refuse(transactionId: Uint8Array, code: number, text: string, from: Endpoint): void {
    this.#node.counters.errorsSent++
    const { version } = this.#node.config.network
    this.#send({ kind: 'error', transactionId, version, ip: from, code, text }, from)
  }

  #send(message: Parameters<NodeContext['encode']>[0], from: Endpoint): void {
    const node = this.#node
    const bytes = this.#length.cut(message)
    if (bytes === undefined || !this.#replyBytes.take(bytes.length, node.now)) {
      node.counters.queriesLimited++
      return
    }
    this.#length.sent(from, bytes.length)
    node.sendBytes(from, bytes)
  }
}

const isOf = ({ peer }: StoredPeer, family: Family): boolean =>
  peer.length === (family === 4 ? 6 : 18)

const addressOf = (from: Endpoint): Uint8Array => compactEndpoint(from).slice(0, -2)

/** The filter of BEP 33, bit by bit. */
function filterOf(addresses: readonly string[]): Uint8Array {
  const filter = new Uint8Array(256)
  for (const address of addresses) {
    const hash = createHash('sha1').update(bytesOf(address)).digest()
    for (const bit of [hash.readUInt16LE(0) % 2048, hash.readUInt16LE(2) % 2048]) {
      filter[bit >> 3]! |= 1 << (bit & 7)
    }
  }
  return filter
}

const bytesOf = (text: string): Uint8Array =>
  Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
