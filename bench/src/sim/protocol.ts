// What the process that holds a simulated network is told, and what it tells.

export interface WorldInit {
  readonly nodes: number
}

export interface WorldReport {
  /** Datagrams heard and alarms that woke a node while it was measured. */
  readonly events: number
  /** CPU time of that, ms. */
  readonly cpuMs: number
  /** Virtual time of that, ms. */
  readonly virtualMs: number
  /** CPU time of the network's growth before it, ms, and its events. */
  readonly growthCpuMs: number
  readonly growthEvents: number
  /** Resident memory at the end, bytes. */
  readonly rss: number
}
