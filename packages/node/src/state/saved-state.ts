// What a node saves: the state of its core, and the items that its user keeps put, which the core
// does not know.

import type { StoredItem } from '@dht/store'
import type { CoreState } from '../core/core-state.ts'

export interface SavedState extends CoreState {
  /** The items that are put again every hour, signed where they are mutable. Absent: none. */
  readonly items?: readonly StoredItem[]
}
