// The messages between the benchmark and the process that runs the simulated network.

export interface WorldInit {
  readonly nodes: number
  /** Whether nodes start from disk instead of joining. */
  readonly fromDisk: boolean
  /** Whether messages are encoded and decoded. */
  readonly encoded: boolean
}

/** One round of lookups. */
export interface Round {
  /** Number of packets that arrived and alarms that rang. */
  readonly events: number
  /** CPU time of the round, ms. */
  readonly cpuMs: number
  /** Virtual time of the round, ms. */
  readonly virtualMs: number
}

export interface WorldReport {
  readonly lookupRounds: readonly Round[]
  /** CPU time of the network's growth, ms, and its events. */
  readonly growthCpuMs: number
  readonly growthEvents: number
  /** Resident memory at the end, bytes. */
  readonly rss: number
  /** Live memory of the heap at the end, bytes. */
  readonly heap: number
  /** Means over all lookups. */
  readonly lookups: {
    readonly ended: number
    readonly queries: number
    readonly hops: number
    readonly exactShare: number
  }
}
