// The parts of one address family's overlay that lookups, joins and publishing rounds use. The
// overlay itself starts joins and refreshes, which use these parts, so it cannot be imported there.

import type { Contact, Family } from '@dht/krpc'
import type { RoutingTable } from '@dht/routing-table'
import type { QueryManager } from '../queries/query-manager.ts'
import type { AddressPolicy } from './address-policy.ts'
import type { IdReview } from './id-review.ts'
import type { NetworkSize } from './network-size.ts'
import type { OwnId } from './own-id.ts'
import type { TableMaintenance } from './table-maintenance.ts'

export interface OverlayParts {
  readonly family: Family
  readonly ownId: OwnId
  readonly idReview: IdReview
  readonly table: RoutingTable<Contact>
  readonly addresses: AddressPolicy
  readonly maintenance: TableMaintenance
  readonly queries: QueryManager
  readonly size: NetworkSize
}
