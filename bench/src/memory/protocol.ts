// What the process that holds many of one thing is told, and what it tells.

export interface ManyInit {
  readonly what: 'cores' | 'peers'
  readonly count: number
  /** Contacts offered to each core. */
  readonly contacts: number
}

export interface ManyReport {
  /** Resident memory for all of them. */
  readonly bytes: number
  /** Peers held, or good contacts of one core. */
  readonly kept: number
}
