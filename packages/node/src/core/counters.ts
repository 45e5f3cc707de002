// What the node has done since it started, as plain numbers that only grow. No decision of the core
// depends on them.

/** Totals since the start; every field only ever grows. */
export interface Counters {
  datagramsReceived: number
  bytesReceived: number
  datagramsSent: number
  bytesSent: number
  /** Queries heard, by wire method; `other` counts methods that the network does not list. */
  queriesReceived: {
    ping: number
    find_node: number
    get_peers: number
    announce_peer: number
    withdraw_peer: number
    other: number
  }
  /** Error messages that we answered a query with. */
  errorsSent: number
  /** Datagrams that were no valid message of this network. */
  malformed: number
  /** Queries left unanswered because of a rate or byte limit. */
  limited: number
  /** Responses and errors that matched no question of the last minute. */
  unmatched: number
  /** Questions that we asked, and how they ended. */
  asked: number
  answered: number
  refused: number
  stalled: number
  timedOut: number
  unreachable: number
  /** By something that is no valid answer. */
  invalid: number
  /** Answers to questions that had been given up, for want of one: these count as timed out. */
  answeredLate: number
  /** Questions never sent because too many were open. */
  overflowed: number
  /** Questions that waited before they were sent, for the pace that receivers allow. */
  waited: number
  /** Questions never sent because too many waited, or they waited too long. */
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
