// Where a node's state outlives its process: one value, replaced whole.

export interface StateStorage {
  /**
   * The last saved value; undefined when there is none yet. May reject: the value is then set aside
   * and the node starts afresh.
   */
  load(): Promise<Uint8Array | undefined>
  /**
   * Replaces the value. After a crash at any point either the old or the new value is there
   * (PERSIST-4).
   */
  save(bytes: Uint8Array): Promise<void>
  /**
   * Moves a damaged value out of the way, so that it is neither lost nor loaded again; with no
   * value there is nothing to do. Until it has fulfilled, nothing is saved.
   */
  setAside(): Promise<void>
}
