// Where a node's state outlives its process: one value, replaced whole, of one node at a time.

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
   * Makes the storage this node's alone, until `release`. Called once, before anything else.
   * Rejects with `ERR_DHT_NODE_STATE_IN_USE` when another node has it. When it rejects, nothing is
   * held, and `release` is not called. A storage without this method is trusted to have one user.
   */
  acquire?(notify: (notice: StorageNotice) => void): Promise<void>
  /** Gives the storage back; also ends an `acquire` under way, which then rejects. */
  release?(): Promise<void>
  /**
   * The last saved value; undefined or empty when there is none yet. When it rejects, so does
   * `createNode`, with that error as the `cause`.
   */
  load(): Promise<Uint8Array | undefined>
  /**
   * Replaces the value. After a crash at any point either the old or the new value is there
   * (PERSIST-4). Never called before the last call has settled.
   */
  save(bytes: Uint8Array): Promise<void>
  /**
   * Moves a damaged value out of the way, so that it is neither lost nor loaded again; with no
   * value there is nothing to do. Resolves with where it is now, for people.
   */
  setAside(): Promise<string | undefined>
}
