// Decides whether this node is read-only in one overlay (BEP 43). A node that others cannot reach,
// because it is behind an address translation or a firewall, should say so in its queries: else
// others keep it in their tables, and their lookups wait for it.
//
// A query proves that the node is reached if it comes from an endpoint that the node has not
// written to lately. The node starts full. It turns read-only when it knows enough contacts and no
// such query has come for `readOnlyAfterMs`. Every hour it is full again for as long, and a
// query that proves that it is reached makes it full at once.
//
// Forged queries and a full memory can only make the node stay full, as it is without this rule.

import { type Contact, type Endpoint, endpointKey } from '@dht/krpc'
import type { RoutingTable } from '@dht/routing-table'
import type { Services } from '../services.ts'
import type { AddressPolicy } from './address-policy.ts'
import { standingsOf } from './standings.ts'
import { WrittenEndpoints } from './written-endpoints.ts'

/** How long a node is read-only before it tries again to be full, ms: ours. */
export const READ_ONLY_MS: number = 60 * 60_000

/**
 * Contacts that are not bad with which a node may turn read-only, as a multiple of k, and at the
 * least: ours. In a small network all nodes query each other, and some of them are reached for an
 * hour only by nodes that they have written to.
 */
const CONTACTS_PER_K = 5
const LEAST_CONTACTS = 40

/** Contacts that are not bad with which a node may turn read-only. */
export function contactsNeeded(k: number): number {
  return Math.max(CONTACTS_PER_K * k, LEAST_CONTACTS)
}

/** A node that knows too few contacts looks again after this part of the wait: ours. */
const LOOKS_PER_WAIT = 4

/** Queries are not examined for so long after one that was a proof, ms: ours, to save time. */
const PROOF_SPACING_MS = 60_000

export class Reachability {
  readonly #table: RoutingTable<Contact>
  readonly #addresses: AddressPolicy
  readonly #services: Services
  readonly #written = new WrittenEndpoints()
  readonly #isAdaptive: boolean
  #isReadOnly: boolean
  #provenAt = Number.NEGATIVE_INFINITY
  /** When the node turns read-only or full, unless something happens before; ms. */
  #turnsAt: number | undefined

  constructor(
    parts: { readonly table: RoutingTable<Contact>; readonly addresses: AddressPolicy },
    services: Services,
  ) {
    const { readOnly } = services.config
    this.#table = parts.table
    this.#addresses = parts.addresses
    this.#services = services
    this.#isAdaptive = readOnly === 'auto'
    this.#isReadOnly = readOnly === true
  }

  /** Whether the node responds to no queries in this overlay, and says so in its own. */
  get isReadOnly(): boolean {
    return this.#isReadOnly
  }

  /** A query was sent to the endpoint with this key. */
  querySent(key: string, now: number): void {
    if (this.#isAdaptive) this.#written.add(key, now)
  }

  /** A query came from `from`. Call it before the query is served: the node may turn full. */
  queryReceived(from: Endpoint, now: number): void {
    if (!this.#isAdaptive) return
    // Most queries that a busy node receives come soon after a proof.
    if (now >= this.#provenAt && now < this.#provenAt + PROOF_SPACING_MS) return
    const key = endpointKey(from)
    if (!this.#written.has(key, now) && this.#addresses.isOutside(from, now)) this.#proven(now)
    if (!this.#isReadOnly) this.#written.add(key, now)
  }

  /** A join has ended, by which others may have learnt of the node. A full node waits anew. */
  joined(now: number): void {
    if (this.#isAdaptive && !this.#isReadOnly) this.#waitForProof(now)
  }

  /** The transport is open again, perhaps in another place: what was known of it is void. */
  transportReopened(now: number): void {
    if (!this.#isAdaptive) return
    if (this.#isReadOnly) this.#turn(false)
    this.#waitForProof(now)
  }

  /** When the node may turn, ms; possibly early, never late. Undefined: it waits for nothing. */
  nextAt(): number | undefined {
    return this.#turnsAt
  }

  /** Turns read-only or full, if that is due. @returns whether the node has turned full */
  handleTimeout(now: number): boolean {
    if (this.#turnsAt === undefined || now < this.#turnsAt) return false
    if (this.#isReadOnly) {
      this.#turn(false)
      this.#waitForProof(now)
      return true
    }
    const { k, readOnlyAfterMs } = this.#services.config
    const { good, questionable } = standingsOf(this.#table, now)
    // With fewer the node itself was silent, or cut off, so that others had no reason to query it.
    if (good < k) this.#waitForProof(now)
    else if (good + questionable < contactsNeeded(k)) {
      this.#turnsAt = now + readOnlyAfterMs / LOOKS_PER_WAIT
    } else {
      this.#turn(true)
      this.#turnsAt = now + READ_ONLY_MS
    }
    return false
  }

  #proven(now: number): void {
    this.#provenAt = now
    if (this.#isReadOnly) this.#turn(false)
    if (this.#turnsAt !== undefined) this.#waitForProof(now)
  }

  #waitForProof(now: number): void {
    this.#turnsAt = now + this.#services.config.readOnlyAfterMs
  }

  #turn(isReadOnly: boolean): void {
    this.#isReadOnly = isReadOnly
    const { family } = this.#addresses
    this.#services.outbox.trace({ kind: 'read-only-changed', family, isReadOnly })
  }
}
