// What the node has done since it started, as plain numbers that only grow. No decision of the core
// depends on them.

/** Totals since the start. */
export interface Counters {
  datagramsReceived: number
  bytesReceived: number
  datagramsSent: number
  bytesSent: number
  /** Queries received, by method; `unknown` counts methods that the node does not have. */
  queriesReceived: Record<string, number>
  /** Error messages sent in reply to queries. */
  errorsSent: number
  /** Datagrams that are not a valid message of this network. */
  datagramsMalformed: number
  /** Queries without a reply because of a rate or byte limit. */
  queriesLimited: number
  /** Responses and errors that matched no query of the last minute. */
  responsesUnmatched: number
  /** Queries sent, and in the following fields how they ended. */
  queriesSent: number
  responsesReceived: number
  errorsReceived: number
  queriesStalled: number
  queriesTimedOut: number
  queriesUnreachable: number
  /** Ended by a message that is not a valid response. */
  responsesInvalid: number
  /** Responses to queries that had expired, which count as timed out as well. */
  responsesLate: number
  /** Queries not sent because too many were open. */
  queriesOverflowed: number
  /** Queries that waited for their turn, because of the pace that receivers allow. */
  queriesQueued: number
  /** Queries not sent because too many waited, or because they waited for too long. */
  queriesDropped: number
  lookups: number
  rounds: number
  /** Changes of an own id, because our address had changed (BEP 42). */
  idChanges: number
}

export function copyCounters(counters: Counters): Counters {
  return { ...counters, queriesReceived: { ...counters.queriesReceived } }
}

/** @param methods - the names of the methods that the node has */
export function newCounters(methods: readonly string[]): Counters {
  return {
    datagramsReceived: 0,
    bytesReceived: 0,
    datagramsSent: 0,
    bytesSent: 0,
    queriesReceived: Object.fromEntries([...methods, 'unknown'].map((name) => [name, 0])),
    errorsSent: 0,
    datagramsMalformed: 0,
    queriesLimited: 0,
    responsesUnmatched: 0,
    queriesSent: 0,
    responsesReceived: 0,
    errorsReceived: 0,
    queriesStalled: 0,
    queriesTimedOut: 0,
    queriesUnreachable: 0,
    responsesInvalid: 0,
    responsesLate: 0,
    queriesOverflowed: 0,
    queriesQueued: 0,
    queriesDropped: 0,
    lookups: 0,
    rounds: 0,
    idChanges: 0,
  }
}
