// What the process that holds a simulated network is told, and what it tells.

export interface WorldInit {
  readonly nodes: number
  /** Whether nodes start from disk instead of joining. */
  readonly fromDisk: boolean
}

export interface WorldReport {
  /** Datagrams heard and alarms that woke a node while it was measured. */
  readonly events: number
  /** CPU time of that, ms. */
  readonly cpuMs: number
  /** Virtual time of that, ms. */
  readonly virtualMs: number
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
