// Walks the network of one address family and collects samples of the info hashes that its nodes
// store, BEP 51. It starts from the routing table and goes on with the contacts in responses. It
// ends when it knows no node that it may query. A node that it can't query because this node sends
// too much already waits until that is over.

import { type Id, idFromBytes, randomId } from '@dht/id'
import { type Contact, MAX_SAMPLE_INTERVAL, type Response } from '@dht/krpc'
import { Namers } from '../lookups/namers.ts'
import { SAMPLE_PADDING } from '../lookups/padding.ts'
import { hostKeyOfContact } from '../overlay/host-key.ts'
import type { OverlayParts } from '../overlay/overlay-parts.ts'
import type { OutgoingQuery } from '../queries/outgoing-queries.ts'
import { isOwnLimit } from '../queries/refusal.ts'
import type { Services } from '../services.ts'
import { SampleQuery, type SamplingWalk } from './sample-query.ts'
import type { SampledNode, SampledNodes } from './sampled-nodes.ts'

/** Nodes that wait to be asked: ours, at most some 2 MiB. Further nodes are dropped. */
const MAX_WAITING = 4_096

/** Time until a node is queried again that doesn't know the method or gives no interval, ms. */
const LONGEST_MS = MAX_SAMPLE_INTERVAL * 1_000

/** Nodes that one walk asks: ours, so that a walk ends, whatever liars name. */
export const MAX_ASKED = 65_536

/** Nodes of one host that one walk asks: ours, because ports cost nothing. */
export const MAX_ASKED_PER_HOST = 8

/** Least time until a node is queried again, ms: ours, because an interval may be 0. */
export const LEAST_AGAIN_MS = 60_000

/** What one node returned: the info hashes, as copies, perhaps none. */
export interface NodeSample {
  readonly from: Contact
  readonly infohashes: readonly Id[]
}

/** What becomes of a walk. */
export interface WalkOwner {
  sampled(sample: NodeSample): void
  /** The walk goes on when `resume` is called: no query may be sent now. */
  walkBlocked(): void
  walkEnded(walk: SampleWalk): void
}

export class SampleWalk implements SamplingWalk {
  readonly #overlay: OverlayParts
  readonly #owner: WalkOwner
  readonly #services: Services
  readonly #nodes: SampledNodes
  /** By endpoint key, in the order in which responses named them. */
  readonly #waiting = new Map<string, Contact>()
  /** The hosts that named those. */
  readonly #namers: Namers
  readonly #open = new Map<SampleQuery, OutgoingQuery>()
  readonly #stalled = new Set<SampleQuery>()
  /** Keys of the nodes that were asked, of each host. */
  readonly #asked = new Map<string, Set<string>>()
  #queried = 0

  constructor(
    init: {
      readonly overlay: OverlayParts
      readonly owner: WalkOwner
      readonly nodes: SampledNodes
    },
    services: Services,
  ) {
    this.#overlay = init.overlay
    this.#owner = init.owner
    this.#nodes = init.nodes
    this.#services = services
    this.#namers = new Namers(services)
  }

  /** Nodes that were asked. */
  get queried(): number {
    return this.#queried
  }

  start(now: number): void {
    const { maintenance } = this.#overlay
    this.#addContacts(maintenance.startingContacts(this.#randomTarget(), MAX_WAITING), now)
    this.#advance(now)
  }

  cancel(): void {
    for (const query of this.#open.values()) this.#overlay.queries.cancel(query)
    this.#open.clear()
    this.#waiting.clear()
  }

  onResponse(query: SampleQuery, response: Response, responder: Contact, now: number): void {
    const { interval, samples } = response
    this.#nodes.note(this.#nodeOf(query.asked), now + spanOf(samples && interval))
    if (samples !== undefined) {
      this.#owner.sampled({ from: responder, infohashes: this.#idsIn(samples) })
    }
    const contacts = this.#overlay.addresses.closerNodes(response, responder)
    const added = this.#addContacts(contacts, now)
    this.#namers.add({ contacts: added, namer: responder }, now)
    this.#close(query, now)
  }

  onFailure(query: SampleQuery, now: number): void {
    this.#nodes.note(this.#nodeOf(query.asked), now + this.#services.config.quietMs)
    this.#close(query, now)
  }

  /** Asks it later, after the others that wait. */
  onUnsent(query: SampleQuery, now: number): void {
    const { asked } = query
    this.#queried--
    const node = this.#nodeOf(asked)
    this.#nodes.forget(node)
    this.#asked.get(node.host)?.delete(node.key)
    this.#waiting.set(asked.endpointKey, asked)
    this.#close(query, now)
  }

  /** Goes on after the limits of this node were reached. Call it after other events. */
  resume(now: number): void {
    this.#advance(now)
  }

  onStalled(query: SampleQuery, now: number): void {
    this.#stalled.add(query)
    this.#advance(now)
  }

  /** @returns those that wait now */
  #addContacts(contacts: readonly Contact[], now: number): Contact[] {
    return contacts.filter((contact) => {
      if (this.#waiting.size >= MAX_WAITING || !this.#mayAsk(contact, now)) return false
      this.#waiting.set(contact.endpointKey, contact)
      return true
    })
  }

  /** Whether this walk has not asked it yet, nor too many others, and no walk has lately. */
  #mayAsk(contact: Contact, now: number): boolean {
    if (this.#queried >= MAX_ASKED) return false
    const node = this.#nodeOf(contact)
    const ofHost = this.#asked.get(node.host)
    if (ofHost !== undefined && (ofHost.has(node.key) || ofHost.size >= MAX_ASKED_PER_HOST)) {
      return false
    }
    return this.#nodes.mayAsk(node, now)
  }

  /** Whether its namers have room for the query, which then counts. */
  #isWithinBudget(contact: Contact, now: number): boolean {
    return this.#services.proven.has(contact.endpoint, now) || this.#namers.take(contact, now)
  }

  #advance(now: number): void {
    const { alpha } = this.#services.config
    for (const [key, contact] of this.#waiting) {
      if (this.#open.size - this.#stalled.size >= alpha) return
      this.#waiting.delete(key)
      // It, or others of its host, may have been asked meanwhile.
      const mayAsk = this.#mayAsk(contact, now) && this.#isWithinBudget(contact, now)
      this.#namers.delete(contact)
      if (!mayAsk || this.#ask(contact, now)) continue
      this.#waiting.set(key, contact)
      this.#owner.walkBlocked()
      return
    }
    if (this.#open.size === 0) this.#owner.walkEnded(this)
  }

  /** @returns false when it must be asked later */
  #ask(contact: Contact, now: number): boolean {
    const query = new SampleQuery(contact, this)
    const target = this.#targetFor(contact)
    const content = { method: 'sample_infohashes', target, pad: SAMPLE_PADDING } as const
    const result = this.#overlay.queries.ask(contact.endpoint, content, query, now)
    if (result.kind === 'refused') return !isOwnLimit(result.reason)
    this.#queried++
    const node = this.#nodeOf(contact)
    const ofHost = this.#asked.get(node.host)
    if (ofHost === undefined) this.#asked.set(node.host, new Set([node.key]))
    else ofHost.add(node.key)
    this.#nodes.note(node, now + LONGEST_MS)
    this.#open.set(query, result.query)
    return true
  }

  #close(query: SampleQuery, now: number): void {
    this.#open.delete(query)
    this.#stalled.delete(query)
    this.#advance(now)
  }

  /**
   * In turn the id of the queried node, which then reports its nearest contacts, and a random id,
   * so that the contacts in the responses come from the whole id space.
   */
  #targetFor({ id }: Contact): Id {
    return this.#queried % 2 === 0 ? id : this.#randomTarget()
  }

  #nodeOf(contact: Contact): SampledNode {
    const { network } = this.#services.config
    return { key: contact.endpointKey, host: hostKeyOfContact(contact, network) }
  }

  #randomTarget(): Id {
    return randomId(this.#services.network.idLength, this.#services.random)
  }

  #idsIn(samples: Uint8Array): Id[] {
    const { idLength } = this.#services.network
    const count = samples.length / idLength
    return Array.from({ length: count }, (_, at) =>
      idFromBytes(samples.slice(at * idLength, (at + 1) * idLength)),
    )
  }
}

/** Time until a node may be asked again, ms. @param interval - seconds; undefined: it told none */
function spanOf(interval: bigint | undefined): number {
  if (interval === undefined) return LONGEST_MS
  return Math.max(Number(interval) * 1_000, LEAST_AGAIN_MS)
}
