// What the benchmark and its processes say to one another: one question, one answer, in order.

export const METHODS = ['ping', 'find_node', 'get_peers', 'announce_peer'] as const
export type Method = (typeof METHODS)[number]

export type NetworkName = 'mainline' | 'dht256'

export interface Place {
  readonly address: string
  readonly port: number
}

/** To a server. */
export type ServerRequest =
  /** Reads the process's own CPU time. */
  | { readonly kind: 'mark' }
  /** Makes these its contacts, by asking each of them. */
  | { readonly kind: 'meet'; readonly places: readonly Place[] }
  /** How many good contacts it holds. */
  | { readonly kind: 'contacts' }
  /** For the echo: the length of the reply to a datagram of a given length. */
  | { readonly kind: 'sizes'; readonly sizes: Readonly<Record<number, number>> }

export interface Mark {
  /** User and system time since the start of the process, microseconds. */
  readonly cpuMicros: number
  /** Replies sent since then. */
  readonly replies: number
  /** Resident memory, bytes. */
  readonly rss: number
  /** Queries left unanswered because of a limit. */
  readonly limited: number
}

/** To a source of load. */
export type LoadRequest =
  /** Fetches a write token for each source. */
  | { readonly kind: 'tokens'; readonly port: number }
  /** Asks once for each method: which length of reply belongs to which length of query? */
  | { readonly kind: 'probe'; readonly port: number }
  /** Sends `perSecond` queries for `ms`, answered or not. */
  | {
      readonly kind: 'flood'
      readonly port: number
      readonly methods: readonly Method[]
      readonly ms: number
      readonly perSecond: number
    }

export interface LoadReport {
  readonly sent: number
  /** Of the replies that were looked at. */
  readonly replies: number
  readonly errors: number
  readonly bytes: number
  readonly elapsedMs: number
}

export type ReplySizes = Readonly<Record<number, number>>
