// What this node has for its methods: its routing tables, the stored peers and items, and the write
// tokens. It sends no queries and learns nothing about the sender: that is the business of the
// overlay.

import type { Id } from '@dht/id'
import {
  AddressFilter,
  type Contact,
  compactEndpoint,
  type Endpoint,
  type Family,
  FilterMemory,
  type FindNodeResults,
  formatEndpoint,
} from '@dht/krpc'
import { ItemStore, type PeerStore, WriteTokens } from '@dht/store'
import type { NodeEvent } from '../event.ts'
import type { ItemCrypto } from '../items/item-crypto.ts'
import { SignatureBudget } from '../items/signature-budget.ts'
import type { Overlay } from '../overlay/overlay.ts'
import type { Announced } from '../publishing/announced.ts'
import { publishedEndpoint } from '../publishing/published-endpoint.ts'
import type { Services } from '../services.ts'
import type { ContactsWanted, OwnPeer, RespondingNode, TokenOfWrite } from './responding-node.ts'
import { type Sample, TargetSample } from './target-sample.ts'

/**
 * Most contacts of one family in a reply, for any k: receivers use no more, and peers need the rest
 * of the bytes.
 */
const MAX_CONTACTS = 20

export class NodeContents implements RespondingNode {
  readonly peersPerReply: Readonly<Record<Family, number>>
  readonly store: PeerStore
  readonly items: ItemStore
  readonly crypto: ItemCrypto
  readonly #services: Services
  readonly #overlays: ReadonlyMap<Family, Overlay>
  readonly #announcedUnder: (target: Id) => Announced | undefined
  readonly #tokens: WriteTokens
  readonly #signatureChecks: SignatureBudget
  readonly #sample: TargetSample
  readonly #filterMemory = new FilterMemory()

  /** @param parts - `announcedUnder` gives what this node publishes under an identity */
  constructor(
    services: Services,
    parts: {
      readonly overlays: ReadonlyMap<Family, Overlay>
      readonly store: PeerStore
      readonly announcedUnder: (target: Id) => Announced | undefined
    },
  ) {
    const { config, random } = services
    this.peersPerReply = config.peersPerReply
    this.store = parts.store
    this.items = new ItemStore({
      lifetimeMs: config.itemLifetimeMs,
      maxItems: config.maxItems,
      maxItemBytes: config.maxItemBytes,
      maxItemsPerSource: config.maxItemsPerSource,
      subnetShare: config.subnetShare,
    })
    this.crypto = config.crypto
    this.#services = services
    this.#overlays = parts.overlays
    this.#announcedUnder = parts.announcedUnder
    this.#sample = new TargetSample(parts.store, config.peerLifetimeMs)
    this.#tokens = new WriteTokens({
      random,
      tag: config.network.name,
      rotateMs: config.tokenRotateMs,
    })
    this.#signatureChecks = new SignatureBudget(config)
  }

  /** Epoch of the write tokens. */
  get tokenEpoch(): number {
    return this.#tokens.epoch
  }

  contactsNear({ id, target, want }: ContactsWanted, from: Endpoint): FindNodeResults {
    const n4 = want === undefined ? from.family === 4 : want.n4
    const n6 = want === undefined ? from.family === 6 : want.n6
    return {
      nodes: n4 ? this.#closest(4, target, id) : undefined,
      nodes6: n6 ? this.#closest(6, target, id) : undefined,
    }
  }

  sample(now: number): Sample {
    return this.#sample.at(now)
  }

  ownPeer(target: Id, asker: Endpoint, now: number): OwnPeer | undefined {
    const announced = this.#announcedUnder(target)
    const overlay = this.#overlays.get(asker.family)
    if (announced === undefined || overlay === undefined) return undefined
    const endpoint = publishedEndpoint(overlay, { announced, asker }, now)
    return endpoint && { peer: compactEndpoint(endpoint), seed: announced.seed }
  }

  issueToken(target: Id, to: Endpoint, now: number): Uint8Array {
    return this.#tokens.issue(this.#tokenHolder(to), target, now)
  }

  acceptsToken({ target, token }: TokenOfWrite, from: Endpoint, now: number): boolean {
    const isValid = this.#tokens.check(token, this.#tokenHolder(from), target, now)
    // Only a program that receives there could know it.
    if (isValid) this.#services.proven.add(from, now)
    return isValid
  }

  mayCheckSignature(from: Endpoint, now: number): boolean {
    return this.#signatureChecks.take(from, now)
  }

  newFilter(): AddressFilter {
    return new AddressFilter(this.#filterMemory)
  }

  trace(event: NodeEvent): void {
    this.#services.outbox.trace(event)
  }

  #closest(family: Family, target: Id, exclude: Id): Contact[] | undefined {
    const count = Math.min(this.#services.config.k, MAX_CONTACTS)
    const table = this.#overlays.get(family)?.table
    // Restored contacts may be dead, so replies name them only after they have responded.
    return table?.closest(target, count, { exclude, verifiedOnly: true })
  }

  /** What a token is valid for: the sender's address, on some networks with its port. */
  #tokenHolder(from: Endpoint): string {
    const { network } = this.#services.config
    return network.tokensBindPort ? formatEndpoint(from) : from.address
  }
}
