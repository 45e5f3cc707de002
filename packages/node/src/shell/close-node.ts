// How a node ends: its open calls fail, what it published is withdrawn, its sockets are closed, and
// its state is saved for the last time.

import type { ItemCrypto } from '../core/items/item-crypto.ts'
import type { NodeCore } from '../core/node-core.ts'
import { WITHDRAWAL_MS } from '../core/publishing/withdrawal.ts'
import type { Clock } from '../ports/clock.ts'
import type { SavedState } from '../state/saved-state.ts'
import type { StatePersistence } from '../state/state-persistence.ts'
import type { Bootstrap } from './bootstrap.ts'
import type { Broadcast } from './broadcast.ts'
import type { Calls } from './calls.ts'
import type { Discovery } from './discovery.ts'
import type { Driver } from './driver.ts'
import type { LookupSteps } from './lookup-steps.ts'
import type { OperationWaiters } from './operation-waiters.ts'
import type { NodeEvent } from './plain.ts'

/** What a node is made of. */
export interface DhtNodeParts {
  readonly core: NodeCore
  readonly driver: Driver
  readonly operations: OperationWaiters
  readonly events: Broadcast<NodeEvent>
  readonly lookupSteps: LookupSteps
  readonly persistence: StatePersistence | undefined
  readonly bootstrap: Bootstrap
  readonly discovery: Discovery
  readonly idLength: number
  readonly clock: Clock
  readonly crypto: ItemCrypto
  /** Most items that are renewed. */
  readonly maxItems: number
  /** The name of the network, if it has no items. */
  readonly refusing: string | undefined
  /** Whether the network tells seeds from other peers (BEP 33). */
  readonly knowsSeeds: boolean
  /** Whether events are told to a listener, whether or not anyone reads them. */
  readonly isObserved: boolean
}

/**
 * Never rejects.
 *
 * @param end - whether what was published is withdrawn first, and the state to save
 */
export async function closeNode(
  parts: DhtNodeParts,
  calls: Calls,
  { withdraws, state }: { readonly withdraws: boolean; readonly state: SavedState },
): Promise<void> {
  const { bootstrap, discovery, driver, events, persistence } = parts
  bootstrap.close()
  const undiscovered = discovery.close()
  calls.close()
  if (withdraws && state.announcements.length > 0) await withdrawAll(parts)
  await undiscovered
  await driver.close()
  await persistence?.close(state)
  events.end()
}

/** Resolves when everything was withdrawn, after {@link WITHDRAWAL_MS} at the latest. */
function withdrawAll({ driver, operations }: DhtNodeParts): Promise<void> {
  return new Promise((resolve) => {
    // The machine's timer: a clock that the user gave may stand still.
    const timer = setTimeout(resolve, WITHDRAWAL_MS)
    const end = (): void => {
      clearTimeout(timer)
      resolve()
    }
    const operationId = operations.open({ settled: end, failed: end })
    driver.start({ kind: 'leave', operationId })
  })
}
