// The node as its users see it: promises, async iterables, AbortSignal, `await using`. It checks
// arguments, starts an operation for each call, and returns plain data. Knows nothing of Kademlia.

import { idView } from '@dht/id'
import type { Endpoint } from '@dht/krpc'
import type { SavedState } from '../state/saved-state.ts'
import {
  type CallOptions,
  type CloseOptions,
  type ClosestOptions,
  checkListener,
  type EndpointLike,
  type IdLike,
  type LookupOptions,
  type NodeLike,
  type OnLookupStep,
  toCloseOptions,
  toEndpoint,
  toId,
  toPort,
  toWrite,
  type Write,
} from './arguments.ts'
import { Calls } from './calls.ts'
import { closeNode, type DhtNodeParts } from './close-node.ts'
import {
  type AnnouncedOnce,
  type Announcement,
  announcementWaiter,
  type Lookup,
  newAnnouncement,
} from './handle-waiters.ts'
import { toInfohash } from './infohash.ts'
import type { GetOptions, ItemKey, ItemToPut, PutOptions } from './item-arguments.ts'
import type { Put } from './item-renewal.ts'
import { type Get, Items } from './items.ts'
import { closestTo, lookUp } from './lookups.ts'
import { outcomeError } from './outcome-error.ts'
import {
  type AnnounceOnceOptions,
  type AnnounceOptions,
  announceOnce,
  announcePeer,
  type PeerParts,
  type SwarmSize,
  scrapePeers,
} from './peers.ts'
import {
  type Answer,
  type Contact,
  type JoinResult,
  type LookupResult,
  type NodeEvent,
  type NodeInfo,
  type NodeView,
  toPlain,
} from './plain.ts'
import { type Item, toPlainItem } from './plain-item.ts'
import { type SampledInfohash, streamSamples } from './samples.ts'

export class DhtNode {
  readonly #parts: DhtNodeParts
  readonly #calls: Calls
  readonly #items: Items
  #watchers = 0
  #closing: Promise<void> | undefined

  /** @internal Use {@link createNode}. */
  constructor(parts: DhtNodeParts) {
    this.#parts = parts
    this.#calls = new Calls(parts.driver, parts.operations)
    this.#items = new Items({ ...parts, calls: this.#calls })
  }

  /** @internal What to save. */
  get savedState(): SavedState {
    const items = this.#items.renewed
    return { ...this.#parts.core.state(), ...(items.length > 0 && { items }) }
  }

  /** @internal Publishes again what an earlier process has published. No handle has a reader. */
  restore({ announcements, items = [] }: SavedState): void {
    for (const { id: target, ...announced } of announcements) {
      const command = { kind: 'enter', target, ...announced } as const
      const waiter = announcementWaiter(newAnnouncement())
      this.#calls.start((operationId) => ({ ...command, operationId }), waiter)
    }
    this.#items.restore(items)
  }

  /**
   * The node's own id at this instant, of the network's width, in lower-case hex: that of IPv4, or
   * of IPv6 where the node has no IPv4. In Mainline each family has its own; see `info`.
   */
  get id(): string {
    return toPlain(this.#parts.core.id)
  }

  /** The endpoints that the node's sockets are bound to, or were last, one per address family. */
  get endpoints(): readonly Endpoint[] {
    return toPlain(this.#parts.driver.endpoints)
  }

  /**
   * Resolves when the node has looked for its place in the network: with the number of contacts it
   * then knows, and how many bootstrap nodes responded. A node with 0 contacts goes on trying.
   */
  async joined(options: CallOptions = {}): Promise<JoinResult> {
    const outcome = await this.#calls.ask((operationId) => ({ kind: 'join', operationId }), options)
    if (outcome.kind !== 'joined') throw outcomeError(outcome)
    return toPlain(outcome.result)
  }

  /**
   * Announces `port` at the node's own address under `id`, at once and then every half-hour (in
   * Mainline every quarter of an hour), until `delete` or `close`. Other nodes store the address
   * that the node's datagrams come from. The same id again replaces the port.
   *
   * @param id - of the network's width, as bytes or hex
   * @param port - 1..65535
   * @throws {IdLengthError | IdFormatError | DhtNodeError} for arguments that can't be used
   */
  enter(id: IdLike, port: number): Announcement {
    const command = { kind: 'enter', target: this.#toId(id), port: toPort(port) } as const
    const announcement = newAnnouncement()
    this.#calls.start(
      (operationId) => ({ ...command, operationId }),
      announcementWaiter(announcement),
    )
    return announcement
  }

  /**
   * Stops announcing `id` at once, and renewing the item that was put there. In `dht256` the nodes
   * that store the announcement are asked to remove it. Mainline has no query for that: an
   * announcement expires within an hour, an item within two. An id that was never entered is no
   * error.
   *
   * @throws {IdLengthError | IdFormatError | DhtNodeError} for an id of another width, or when the
   *   node is closed
   */
  delete(id: IdLike): void {
    const target = this.#toId(id)
    this.#calls.send({ kind: 'delete', target })
    this.#items.delete(target)
  }

  /**
   * Finds the endpoints announced under `id`: the node's own, then those that it stores, then those
   * in the network. Leaving a `for await` loop early cancels the lookup, unless it has another
   * reader or its result is awaited. In the default mode the result does not wait for slow nodes,
   * unless nothing was found; the loop also gets what these return later.
   *
   * @throws {IdLengthError | IdFormatError | DhtNodeError} for arguments that can't be used
   */
  lookup(id: IdLike, options: LookupOptions = {}): Lookup {
    return lookUp(this.#calls, this.#toId(id), options)
  }

  /**
   * Stores an item (BEP 44, Mainline only) at the nodes nearest to its id, at once and then every
   * hour, until `delete` or `close`. The id (`target` in the report) is the hash of the value
   * or, for a mutable item, of key and salt. Putting an item with the same id ends the renewal of
   * the former one.
   *
   * @throws {DhtNodeError} `ERR_DHT_NODE_ARGUMENT` for arguments that can't be used, and in a
   *   network without items
   */
  put(item: ItemToPut, options: PutOptions = {}): Put {
    return this.#items.put(item, options)
  }

  /**
   * Finds an item (BEP 44, Mainline only) by its id, or a mutable one by its key and salt. What is
   * found is verified. An immutable item ends the search. For a mutable one, all of the
   * nearest nodes are asked for newer versions.
   *
   * @throws {IdLengthError | IdFormatError | DhtNodeError} for arguments that can't be used, and in
   *   a network without items
   */
  get(key: ItemKey, options: GetOptions = {}): Get {
    return this.#items.get(key, options)
  }

  /**
   * Finds the nodes closest to `id`: those that responded, closest first, at most k per address
   * family.
   */
  async closest(id: IdLike, options: ClosestOptions = {}): Promise<LookupResult> {
    return closestTo(this.#calls, this.#toId(id), options)
  }

  /**
   * Walks through the network and streams the info hashes that its nodes store, with the node that
   * has each; one may come from several nodes. Only in Mainline (BEP 51). A node is asked at most
   * once per interval that it tells, over all calls, so a second call returns what is left to ask.
   * Ends when no node is left; leaving the loop ends the walk.
   *
   * @throws {DhtNodeError} in a network without the method, or for options that can't be used
   */
  sampleInfohashes(options: CallOptions = {}): AsyncIterableIterator<SampledInfohash> {
    return streamSamples(this.#calls, this.#parts.core.methods, options)
  }

  /**
   * Tells the node of another one, from a torrent's `nodes` or a peer's PORT message. It is pinged,
   * and becomes a contact if it responds and there is room. At most `checksPerSecond` nodes are
   * pinged this way, after `checkBurst` at once; up to 1,024 wait, and further ones are dropped.
   * With an `id` the node is a contact at once, if there is room, and other nodes are not told of
   * it before it has responded.
   *
   * @throws {IdLengthError | IdFormatError | EndpointError | DhtNodeError} for a node that can't be
   *   used, or when this node is closed
   */
  addNode(node: NodeLike): void {
    const endpoint = toEndpoint(node)
    const { id } = node as { readonly id?: IdLike }
    this.#calls.send({ kind: 'add-node', endpoint, id: id === undefined ? id : this.#toId(id) })
  }

  /**
   * Forgets the contact with that id. It may become a contact again.
   *
   * @throws {IdLengthError | IdFormatError | DhtNodeError} for an id that can't be used
   */
  removeNode(id: IdLike): void {
    this.#calls.send({ kind: 'remove-node', id: this.#toId(id) })
  }

  /** The contacts of the node, of each address family those nearest to its id first. */
  contacts(): readonly Contact[] {
    return toPlain(this.#parts.core.contacts())
  }

  /**
   * Stores an endpoint under `id` in this node alone, which responds with it until it expires. It
   * may be that of any peer. A full store stays as it is.
   *
   * @throws {IdLengthError | IdFormatError | EndpointError | DhtNodeError} for arguments that can't
   *   be used
   */
  keepPeer(id: IdLike, peer: EndpointLike): void {
    this.#calls.send({ kind: 'keep-peer', target: this.#toId(id), endpoint: toEndpoint(peer) })
  }

  /** The items that are stored in this node (BEP 44), the one put longest ago first. */
  items(): readonly Item[] {
    const items = this.#parts.core.items(this.#parts.driver.now())
    return items.map(({ target, item }) => toPlainItem(idView(target), item))
  }

  /**
   * Announces this node as a peer of a torrent, at once and then again and again, until `delete`,
   * `close` or the abort of the signal; otherwise like `enter`. A seed says so and is not told of
   * other seeds (BEP 33). `state` keeps it.
   *
   * @param infohash - of the network's width: bytes, hex, base32, or a magnet URI
   * @throws {IdLengthError | IdFormatError | DhtNodeError} for arguments that can't be used
   */
  announce(infohash: IdLike, options: AnnounceOptions): Announcement {
    const target = toInfohash(infohash, this.#parts.idLength)
    return announcePeer(this.#peerParts, target, options)
  }

  /**
   * Finds the peers of a torrent, like `lookup`: awaited it gives all, iterated each as it comes.
   *
   * @param infohash - of the network's width: bytes, hex, base32, or a magnet URI
   * @throws {IdLengthError | IdFormatError | DhtNodeError} for arguments that can't be used
   */
  getPeers(infohash: IdLike, options: LookupOptions = {}): Lookup {
    return this.lookup(toInfohash(infohash, this.#parts.idLength), options)
  }

  /**
   * Asks the nodes nearest to a torrent about how many peers they store in all. Only in Mainline
   * (BEP 33). The numbers are estimates, and say little above 6,000.
   *
   * @param infohash - of the network's width: bytes, hex, base32, or a magnet URI
   */
  async scrape(infohash: IdLike, options: CallOptions = {}): Promise<SwarmSize> {
    const target = toInfohash(infohash, this.#parts.idLength)
    return scrapePeers(this.#peerParts, target, options)
  }

  /**
   * Announces this node as a peer of a torrent once, and finds the peers that were announced before
   * on the way, as `getPeers` does. Nothing renews it, and this node does not respond with it.
   *
   * @param infohash - of the network's width: bytes, hex, base32, or a magnet URI
   * @throws {IdLengthError | IdFormatError | DhtNodeError} for arguments that can't be used
   */
  announceOnce(infohash: IdLike, options: AnnounceOnceOptions): AnnouncedOnce {
    const target = toInfohash(infohash, this.#parts.idLength)
    return announceOnce(this.#peerParts, target, options)
  }

  get #peerParts(): PeerParts {
    const { knowsSeeds, driver } = this.#parts
    return {
      calls: this.#calls,
      network: { knowsSeeds, udpPort: driver.endpoints[0]?.port ?? 0 },
    }
  }

  /** Checks whether a node is alive. Resolves with its contact; rejects without a response. */
  async ping(node: EndpointLike, options: CallOptions = {}): Promise<Contact> {
    const to = toEndpoint(node)
    const answer = await this.#calls.query(
      (operationId) => ({ kind: 'ping', operationId, to }),
      options,
    )
    return answer.contact
  }

  /** Asks one node for the contacts closest to `id` that it knows. */
  async findNode(node: EndpointLike, id: IdLike, options: CallOptions = {}): Promise<Answer> {
    const [to, target] = [toEndpoint(node), this.#toId(id)]
    return this.#calls.query(
      (operationId) => ({ kind: 'find-node', operationId, to, target }),
      options,
    )
  }

  /** Asks one node for the endpoints that it stores under `id`, and for a write token. */
  async findValue(node: EndpointLike, id: IdLike, options: CallOptions = {}): Promise<Answer> {
    const [to, target] = [toEndpoint(node), this.#toId(id)]
    return this.#calls.query(
      (operationId) => ({ kind: 'find-value', operationId, to, target }),
      options,
    )
  }

  /** Announces a port to one node only, with the token that this node gave for the same id. */
  async store(node: EndpointLike, write: Write, options: CallOptions = {}): Promise<Answer> {
    const [to, written] = [toEndpoint(node), toWrite(write, this.#parts.idLength)]
    return this.#calls.query(
      (operationId) => ({ kind: 'store', operationId, to, ...written }),
      options,
    )
  }

  /** Everything about the node at this instant; also after `close`. */
  info(): NodeInfo {
    const { core, driver, discovery } = this.#parts
    return { ...toPlain(core.info(driver.now())), discovery: discovery.info() }
  }

  /** What people see who watch the node: its tables, what is stored, traffic and limits. */
  view(): NodeView {
    return toPlain(this.#parts.core.view(this.#parts.driver.now()))
  }

  /** What happens in the node, from the warnings of its start on; ends when the node is closed. */
  events(): AsyncIterableIterator<NodeEvent> {
    this.#watch(1)
    const isForLate = ({ kind }: NodeEvent): boolean => kind === 'warning'
    return this.#parts.events.read(() => this.#watch(-1), isForLate)
  }

  /**
   * Tells a listener of each step of every lookup that begins from now on, also of those with which
   * the node joins, refreshes its table and publishes. Costs nothing while nobody listens.
   *
   * @returns ends it
   * @throws {DhtNodeError} when `listener` is no function
   */
  onLookupStep(listener: OnLookupStep): () => void {
    checkListener('listener', listener)
    return this.#parts.lookupSteps.add(listener)
  }

  /**
   * Fails every open call with `ERR_DHT_NODE_CLOSED`, closes the sockets and saves the state. Never
   * rejects; a second call has no effect. In `dht256` it first withdraws what it announced, which
   * takes 2 s at most; by default only a node without `state` does.
   *
   * @throws {DhtNodeError} `ERR_DHT_NODE_ARGUMENT` for options that can't be used
   */
  close(options: CloseOptions = {}): Promise<void> {
    const { withdraw = this.#parts.persistence === undefined } = toCloseOptions(options)
    const end = { withdraws: withdraw, state: this.savedState }
    this.#closing ??= closeNode(this.#parts, this.#calls, end)
    this.#items.close()
    return this.#closing
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #toId(id: IdLike) {
    return toId(id, this.#parts.idLength)
  }

  #watch(change: number): void {
    this.#watchers += change
    this.#parts.core.watch(this.#watchers > 0 || this.#parts.isObserved)
  }
}
