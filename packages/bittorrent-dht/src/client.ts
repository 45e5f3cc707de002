// The client: the class of npm's bittorrent-dht, with its methods, events and properties. Events
// and callbacks come later than the call that leads to them.

import { lookup } from 'node:dns'
import { EventEmitter } from 'node:events'
import { isIP } from 'node:net'
import type { DhtNode, NodeEvent } from '@dht/node'
import { fromHex, hexOf, ID_BYTES, toBuffer } from './bytes.ts'
import type { ClientEvents, From, NodeAddress, Peer } from './client-events.ts'
import { DhtClientError } from './errors.ts'
import type { GetOptions } from './got-value.ts'
import { type GetCallback, getItem, type PutCallback, putItem } from './item-calls.ts'
import { type ListenArgument, type SocketAddress, toListenArguments } from './listen-arguments.ts'
import { NodeList, toKnownNode } from './node-list.ts'
import {
  type BytesLike,
  type ClientConfig,
  type ClientOptions,
  resolveClientOptions,
} from './options.ts'
import { announce, type CountCallback, lookUp } from './peer-calls.ts'
import { type PutOptions, toItemParts } from './put-arguments.ts'
import { Session } from './session.ts'
import { type DhtJson, toJson } from './stored-values.ts'

/** Codes of the system for a port that can't be had. All other errors of `listen` are warnings. */
const FATAL: readonly unknown[] = ['EACCES', 'EADDRINUSE']

export class Client extends EventEmitter<ClientEvents> {
  /** Whether the sockets were opened. */
  listening = false
  /** Whether `destroy` was called. */
  destroyed = false
  /** Whether the node has joined the network, or was told not to. */
  ready = false
  /** The routing table. */
  readonly nodes: NodeList
  /**
   * WebTorrent removes the torrents that it drops from here. It is empty, for nothing is kept from
   * one announcement to the next.
   */
  readonly _tables: { remove(infoHash: string): void } = Object.freeze({ remove: () => {} })
  readonly #config: ClientConfig
  readonly #session: Session
  #nodeId: Buffer

  /** @throws {DhtClientError} `ERR_DHT_CLIENT_ARGUMENT` for options that can't be used */
  constructor(options: ClientOptions = {}) {
    super()
    this.#config = resolveClientOptions(options)
    this.#nodeId = this.#config.id
    const { node, ipv6 } = this.#config
    this.#session = new Session(
      { options: node, ipv6 },
      {
        opened: (opened) => this.#opened(opened),
        failed: (error) => this.#failed(error),
        event: (event) => this.#happened(event),
      },
    )
    this.nodes = new NodeList(() => this.#session.node)
    process.nextTick(() => this.#begin())
  }

  /** The node's own id of IPv4, 20 bytes. It may change with the external address (BEP 42). */
  get nodeId(): Buffer {
    return this.#nodeId
  }

  /**
   * Opens the sockets. Without it they are opened when a call first needs them.
   *
   * @param args - `[port], [address], [onListening]`; an object `{ port, address }` may stand for
   *   the first two. Without an address: all addresses of IPv4 and of IPv6
   * @throws {DhtClientError} `ERR_DHT_CLIENT_LISTENING`, `ERR_DHT_CLIENT_DESTROYED`,
   *   `ERR_DHT_CLIENT_ARGUMENT`
   */
  listen(...args: ListenArgument[]): void {
    const { place, onListening } = toListenArguments(args)
    this.#session.open(place)
    if (onListening !== undefined) this.once('listening', onListening)
  }

  /**
   * The address of the socket; that of IPv4, where there is one.
   *
   * @throws {DhtClientError} `ERR_DHT_CLIENT_NOT_LISTENING`
   */
  address(): SocketAddress {
    const [endpoint] = this.#session.node?.endpoints ?? []
    if (endpoint === undefined || this.destroyed) {
      throw new DhtClientError('ERR_DHT_CLIENT_NOT_LISTENING', 'the client does not listen')
    }
    const { address, family, port } = endpoint
    return { address, family: `IPv${family}`, port }
  }

  /**
   * Finds the peers of a torrent, each once: as `peer` events, first those that are stored here.
   *
   * @param callback - gets the number of nodes that responded
   * @returns ends the lookup, whose callback then gets 0
   * @throws {DhtClientError} `ERR_DHT_CLIENT_ARGUMENT`
   */
  lookup(infoHash: BytesLike, callback?: CountCallback): () => void {
    return lookUp(this.#parts, toBuffer('infoHash', infoHash, ID_BYTES), callback)
  }

  /**
   * Announces this peer to the nodes nearest to a torrent, once. Peers that were announced before
   * are found on the way, as by `lookup`.
   *
   * @param port - 1..65535. Absent or 0: the UDP port of this node, as other nodes see it
   * @param callback - gets the number of nodes that accepted it; an error where none did
   * @throws {DhtClientError} `ERR_DHT_CLIENT_ARGUMENT` for an info hash that can't be used
   */
  announce(
    infoHash: BytesLike,
    port?: number | CountCallback | null,
    callback?: CountCallback,
  ): void {
    const onEnd = typeof port === 'function' ? port : callback
    const announced = {
      infoHash: toBuffer('infoHash', infoHash, ID_BYTES),
      port: typeof port === 'function' ? 0 : (port ?? 0),
      host: this.#config.host,
    }
    announce(this.#parts, announced, onEnd)
  }

  /**
   * Finds an item by its key (BEP 44). What is found is verified.
   *
   * @param callback - gets the item, or null
   * @throws {DhtClientError} `ERR_DHT_CLIENT_ARGUMENT`
   */
  get(key: BytesLike, options?: GetOptions | GetCallback | null, callback?: GetCallback): void {
    const onEnd = typeof options === 'function' ? options : callback
    const given = typeof options === 'object' && options !== null ? options : {}
    getItem(this.#session, { key: toBuffer('key', key, ID_BYTES), options: given }, onEnd)
  }

  /**
   * Puts an item to the nodes nearest to its key, once (BEP 44). An immutable one is stored here,
   * too.
   *
   * @param callback - gets the key, and the number of nodes that accepted it; an error where none
   *   did, whose `code` is 301 or 302 if they have another version
   * @returns the key, 20 bytes
   * @throws {DhtClientError} `ERR_DHT_CLIENT_ARGUMENT`; and what `sign` throws
   */
  put(options: PutOptions | Uint8Array | string, callback?: PutCallback): Buffer {
    const parts = toItemParts(options, this.#config.crypto.sha1)
    putItem(this.#session, parts, callback)
    return parts.key
  }

  /**
   * Adds a node to the routing table: at once with its id, else when it has responded. One that
   * can't be a node, for example because of its port, is ignored: it may come from a peer.
   */
  addNode(node: NodeAddress): void {
    if (node.id !== undefined) this.#addKnown(node, node.id)
    else this.#withAddress(node.host, (address) => this.#add({ address, port: node.port }))
  }

  /** Removes a node from the routing table. */
  removeNode(id: BytesLike): void {
    const removed = toBuffer('id', id, ID_BYTES)
    this.nodes.forget(removed)
    if (!this.destroyed) this.#session.node?.removeNode(hexOf(removed))
  }

  /** What to keep between two runs: the contacts, and the items that are stored here. */
  toJSON(): DhtJson {
    const items = this.#session.node?.items() ?? []
    return toJson(this.nodes.toArray(), items, hexOf(this.nodeId))
  }

  /** The node behind this client, for what npm's package does not have. Opens the sockets. */
  dhtNode(): Promise<DhtNode> {
    return new Promise((run, failed) => {
      this.#session.run({ run, failed })
    })
  }

  /** Ends all calls with an error and closes the sockets; `close` is emitted then. */
  destroy(callback?: () => void): void {
    if (this.destroyed) {
      if (callback !== undefined) process.nextTick(callback)
      return
    }
    this.destroyed = true
    const closed = (): void => {
      this.emit('close')
      callback?.()
    }
    void this.#session.close().then(() => process.nextTick(closed))
  }

  get #parts() {
    const found = (peer: Peer, infoHash: Buffer, from: From | null): void => {
      if (!this.destroyed) this.emit('peer', peer, infoHash, from)
    }
    const announced = (peer: Peer, infoHash: Buffer, from: Peer): void => {
      if (!this.destroyed) this.emit('announce', peer, infoHash, from)
    }
    return { session: this.#session, found, announced }
  }

  /** A turn after the constructor, so that `listen` may still name a port. */
  #begin(): void {
    if (this.destroyed) return
    if (this.#config.joins) this.#session.run({ run: () => {}, failed: () => {} })
    else this.#becomeReady()
  }

  #becomeReady(): void {
    if (this.ready || this.destroyed) return
    this.ready = true
    this.emit('ready')
  }

  #opened(node: DhtNode): void {
    this.listening = true
    for (const { id, host, port } of this.nodes.takeTold()) {
      this.#addTo(node, { id: hexOf(id), address: host, port })
    }
    process.nextTick(() => {
      if (!this.destroyed) this.emit('listening')
    })
    if (this.#config.joins)
      node.joined().then(
        () => this.#becomeReadyLater(),
        () => {},
      )
  }

  #becomeReadyLater(): void {
    process.nextTick(() => this.#becomeReady())
  }

  #failed(error: Error): void {
    const isFatal = 'code' in error && FATAL.includes(error.code)
    process.nextTick(() => this.emit(isFatal ? 'error' : 'warning', error))
  }

  #happened(event: NodeEvent): void {
    if (this.destroyed) return
    switch (event.kind) {
      case 'contact-added':
      case 'contact-replaced':
        this.emit('node', toKnownNode(event.contact))
        break
      case 'stored': {
        const [peer, from] = [event.peer, event.from].map(toPeer) as [Peer, Peer]
        this.emit('announce', peer, fromHex(event.target), from)
        break
      }
      case 'id-changed':
        if (event.family === 4) this.#nodeId = fromHex(event.id)
        break
      case 'warning':
        this.emit('warning', Object.assign(new Error(event.message), { code: event.code }))
        break
    }
  }

  #addKnown({ host, port }: NodeAddress, givenId: BytesLike): void {
    const id = toBuffer('id', givenId, ID_BYTES)
    if (this.nodes.get(id) !== null) return
    const { node } = this.#session
    if (node === undefined) this.nodes.tell({ id, host, port })
    else this.#addTo(node, { id: hexOf(id), address: host, port })
    this.emit('node', { id, host, port })
  }

  #add(place: { readonly address: string; readonly port: number }): void {
    this.#session.run({ run: (node) => this.#addTo(node, place), failed: () => {} })
  }

  #addTo(node: DhtNode, place: Parameters<DhtNode['addNode']>[0]): void {
    try {
      node.addNode(place)
    } catch {
      // It can't be a node.
    }
  }

  #withAddress(host: string, then: (address: string) => void): void {
    if (isIP(host) !== 0) {
      then(host)
      return
    }
    if (typeof host !== 'string') return
    lookup(host, (error, address) => {
      if (error === null) then(address)
    })
  }
}

function toPeer({ address, port }: { readonly address: string; readonly port: number }): Peer {
  return { host: address, port }
}
