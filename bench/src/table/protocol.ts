// What the process that holds many tables is told, and what it tells.

export interface MemoryInit {
  readonly whose: 'ours' | 'kBucket'
  /** Contacts offered to each table. */
  readonly offered: number
  /** Of an id, bytes. */
  readonly width: number
}

export interface MemoryReport {
  /** Of one table, its contacts apart. */
  readonly bytes: number
  /** Contacts in its buckets. Those that wait beside them are not counted. */
  readonly members: number
}
