// What the node has done since it started, as plain numbers that only grow. No decision of the core
// depends on them.

/** Totals since the start. */
export interface Counters {
  datagramsReceived: number
  bytesReceived: number
  datagramsSent: number
  bytesSent: number
  /** Queries received, by wire method; `other` counts methods that the network does not list. */
  queriesReceived: {
    ping: number
    find_node: number
    get_peers: number
    announce_peer: number
    withdraw_peer: number
    other: number
  }
  /** Error messages sent in reply to queries. */
  errorsSent: number
  /** Datagrams that are not a valid message of this network. */
  malformed: number
  /** Queries without a reply because of a rate or byte limit. */
  limited: number
  /** Responses and errors that matched no query of the last minute. */
  unmatched: number
  /** Queries sent, and in the following fields how they ended. */
  asked: number
  answered: number
  refused: number
  stalled: number
  timedOut: number
  unreachable: number
  /** Ended by a message that is not a valid response. */
  invalid: number
  /** Responses to queries that had expired, which count as timed out as well. */
  answeredLate: number
  /** Queries not sent because too many were open. */
  overflowed: number
  /** Queries that waited for their turn, because of the pace that receivers allow. */
  waited: number
  /** Queries not sent because too many waited, or because they waited for too long. */
  paced: number
  lookups: number
  rounds: number
}

export function copyCounters(counters: Counters): Counters {
  return { ...counters, queriesReceived: { ...counters.queriesReceived } }
}

export function newCounters(): Counters {
  return {
    datagramsReceived: 0,
    bytesReceived: 0,
    datagramsSent: 0,
    bytesSent: 0,
    queriesReceived: {
      ping: 0,
      find_node: 0,
      get_peers: 0,
      announce_peer: 0,
      withdraw_peer: 0,
      other: 0,
    },
    errorsSent: 0,
    malformed: 0,
    limited: 0,
    unmatched: 0,
    asked: 0,
    answered: 0,
    refused: 0,
    stalled: 0,
    timedOut: 0,
    unreachable: 0,
    invalid: 0,
    answeredLate: 0,
    overflowed: 0,
    waited: 0,
    paced: 0,
    lookups: 0,
    rounds: 0,
  }
}
