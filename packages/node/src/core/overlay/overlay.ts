// One address family's part of the node (BEP 32): its routing table, its queries, and the join and
// refresh that keep the table full. It is made when the family's transport is bound. While the
// transport has failed, nothing of it runs. Knows nothing of the other family.

import type { Id } from '@dht/id'
import type { Contact, Endpoint, Family } from '@dht/krpc'
import { RoutingTable } from '@dht/routing-table'
import { QueryManager } from '../queries/query-manager.ts'
import type { QueryObserver } from '../queries/query-observer.ts'
import type { Services } from '../services.ts'
import { AddressPolicy } from './address-policy.ts'
import { IdReview } from './id-review.ts'
import { Join, type JoinOwner, type OtherFamilyOwner } from './join.ts'
import { NetworkSize } from './network-size.ts'
import { crowdedSubnetsOf, tableOptions } from './overlay-options.ts'
import type { OverlayParts } from './overlay-parts.ts'
import { OwnId } from './own-id.ts'
import { Reachability } from './reachability.ts'
import { Refresh } from './refresh.ts'
import { TableMaintenance } from './table-maintenance.ts'

/** Where the network may be found. */
export interface BootstrapEndpoints {
  /** Nodes that may become members. */
  readonly endpoints: readonly Endpoint[]
  /** Public routers: they are asked as well, but never become members. */
  readonly routers: readonly Endpoint[]
  /** Whether more endpoints may follow soon. */
  readonly isPending: boolean
}

/** The observer of a query to a contact. */
interface ToContact extends QueryObserver {
  readonly asked: Contact
}

export class Overlay implements OverlayParts {
  readonly family: Family
  readonly ownId: OwnId
  readonly idReview: IdReview
  readonly table: RoutingTable<Contact>
  readonly addresses: AddressPolicy
  readonly maintenance: TableMaintenance
  readonly reachability: Reachability
  readonly queries: QueryManager
  readonly size: NetworkSize
  readonly join: Join
  readonly refresh: Refresh
  readonly #enough: number

  /**
   * @param init - the bound endpoint, the node's id in this overlay, and the owner, which is told
   *   of the end of every join
   */
  constructor(
    init: {
      readonly local: Endpoint
      readonly id: Id
      readonly owner: JoinOwner & OtherFamilyOwner
    },
    services: Services,
  ) {
    const { config } = services
    const ownId = new OwnId(init.id)
    const addresses = new AddressPolicy({ local: init.local, ownId }, services)
    const crowded = crowdedSubnetsOf(config, services.sharedAddresses)
    const limits = { addresses: services.sharedAddresses, crowded }
    const table = new RoutingTable(init.id, tableOptions(config, limits))
    const ping = (query: ToContact, now: number): boolean => this.#ping(query, now)
    const maintenance = new TableMaintenance({ ownId, table, crowded, addresses, ping }, services)
    this.family = init.local.family
    this.ownId = ownId
    this.table = table
    this.size = new NetworkSize({ k: config.k, table, ownId })
    this.addresses = addresses
    this.idReview = new IdReview({ ownId, table, addresses, ping }, services)
    this.maintenance = maintenance
    const reachability = new Reachability({ table, addresses }, services)
    this.reachability = reachability
    const evidence = maintenance
    this.queries = new QueryManager({ ownId, addresses, evidence, reachability }, services)
    this.join = new Join({ overlay: this, owner: this.#joinOwner(init.owner) }, services)
    this.refresh = new Refresh(this, services)
    this.#enough = config.alpha
  }

  /**
   * Whether a join is still looking for contacts to start lookups from: for the first one, and
   * during the first join for as many as a lookup queries at once. A lookup that starts from a
   * single contact fails if two datagrams are lost.
   */
  get isSeekingContacts(): boolean {
    const { size } = this.table
    if (!this.join.isRunning) return false
    return size === 0 || (size < this.#enough && this.join.isApproaching)
  }

  /**
   * Sets the endpoints to ask when the table cannot help. Those of the other family are ignored.
   */
  setBootstrap({ endpoints, routers, isPending }: BootstrapEndpoints, now: number): void {
    const isOurs = (each: Endpoint): boolean => each.family === this.family
    this.addresses.setRouters(routers.filter(isOurs))
    this.join.setBootstrap({ endpoints: [...endpoints, ...routers].filter(isOurs), isPending }, now)
  }

  /** The transport has failed for good. */
  transportLost(now: number): void {
    this.queries.transportLost(now)
  }

  /** The transport is open again, at the same endpoint or at another one. */
  transportReopened(local: Endpoint, now: number): void {
    this.addresses.moved(local)
    this.reachability.transportReopened(now)
    this.queries.transportReopened()
  }

  /**
   * Changes our id in this overlay if it must be changed, and then looks up our new neighbourhood.
   * Call it after every response. During a join the id stays; the join reviews it at its end.
   */
  reviewId(now: number): void {
    if (!this.join.isRunning && this.idReview.review(now)) this.join.lookAround(now)
  }

  /** When the id may have to change, ms; possibly early, never late. Undefined: nothing is due. */
  get idReviewAt(): number | undefined {
    return this.join.isRunning ? undefined : this.idReview.nextAt()
  }

  /** Does everything that is due; nothing while the transport has failed. */
  handleTimeout(now: number): void {
    if (!this.queries.isTransportOpen) return
    this.queries.handleTimeout(now)
    this.maintenance.handleTimeout(now)
    this.reviewId(now)
    this.join.rejoinIfAlone(now)
    this.join.handleTimeout(now)
    this.refresh.handleTimeout(now)
    // Others have forgotten a node that was read-only. Its queries tell them of it again.
    if (this.reachability.handleTimeout(now)) this.join.lookAround(now)
  }

  #joinOwner(owner: JoinOwner & OtherFamilyOwner): JoinOwner & OtherFamilyOwner {
    return {
      joined: (contacts, now) => {
        this.reachability.joined(now)
        owner.joined(contacts, now)
      },
      contactsReported: (named, now) => owner.contactsReported(named, now),
    }
  }

  #ping(query: ToContact, now: number): boolean {
    const { endpoint } = query.asked
    return this.queries.ask(endpoint, { method: 'ping' }, query, now).kind === 'accepted'
  }
}
