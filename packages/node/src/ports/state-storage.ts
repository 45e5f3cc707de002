// Where a node's state is stored: one value, always replaced as a whole, of one node at a time.

/**
 * - `waiting`: the storage is locked, by another node or by one that ended without releasing it;
 *   the start waits to see which
 * - `renewed`: the lock was removed and has been made anew; saving goes on
 * - `taken`: another node has taken the storage over; nothing more is saved to it
 * - `removed`: the lock was removed, and another node may have used the storage since; nothing more
 *   is saved to it
 */
export type StorageNotice = 'waiting' | 'renewed' | 'taken' | 'removed'

export interface StateStorage {
  /**
   * Reserves the storage for this node, until `release`. Called once, before anything else.
   * Rejects with `ERR_DHT_NODE_STATE_IN_USE` when another node has it. When it rejects, nothing
   * may stay reserved: `release` is not called. A storage without this method must have one user.
   */
  acquire?(notify: (notice: StorageNotice) => void): Promise<void>
  /** Ends the reservation; also ends an `acquire` under way, which then rejects. */
  release?(): Promise<void>
  /**
   * The last saved value; undefined or empty when there is none yet. When it rejects, so does
   * `createNode`, with that error as the `cause`.
   */
  load(): Promise<Uint8Array | undefined>
  /**
   * Replaces the value. After a crash at any point, the storage has the old or the new value
   * (PERSIST-4). Never called before the last call has settled.
   */
  save(bytes: Uint8Array): Promise<void>
  /**
   * Moves a damaged value, so that it is neither lost nor loaded again; without a value, it does
   * nothing. Resolves with a description of the new place, for people.
   */
  setAside(): Promise<string | undefined>
}
