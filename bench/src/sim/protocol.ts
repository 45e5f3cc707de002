// What the process that holds a simulated network is told, and what it tells.

export interface WorldInit {
  readonly nodes: number
  /** Whether nodes start from disk instead of joining. */
  readonly fromDisk: boolean
  /** Whether datagrams are written and read. */
  readonly encoded: boolean
}

/** A round of lookups. */
export interface Life {
  /** Datagrams heard and alarms that woke a node. */
  readonly events: number
  /** CPU time of that, ms. */
  readonly cpuMs: number
  /** Virtual time of that, ms. */
  readonly virtualMs: number
}

export interface WorldReport {
  readonly lives: readonly Life[]
  /** CPU time until the network stood, ms, and its events. */
  readonly growthCpuMs: number
  readonly growthEvents: number
  /** Resident memory at the end, bytes. */
  readonly rss: number
  /** Live memory of the heap at the end, bytes. */
  readonly heap: number
  /** What lookups cost and gave, means. */
  readonly lookups: {
    readonly ended: number
    readonly queries: number
    readonly hops: number
    readonly exactShare: number
  }
}
