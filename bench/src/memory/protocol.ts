// What the process that holds many of one thing is told, and what it tells.

export interface ManyInit {
  readonly what: 'cores' | 'peers'
  readonly count: number
  /** Contacts offered to each core. */
  readonly contacts: number
}

export interface ManyReport {
  /** JavaScript memory and what it holds outside of its heap, for all of them. */
  readonly bytes: number
  /** Peers held, or good contacts of one core. */
  readonly kept: number
}
