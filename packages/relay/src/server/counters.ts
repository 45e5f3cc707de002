// What a relay has done since its start, for its owner.

export interface RelayCounters {
  /** Clients that were given a UDP port. */
  clientsAccepted: number
  /** Connections refused: too many, a wrong origin, no hello in time, a wrong secret. */
  clientsRefused: number
  /** Clients that gave no sign of life, and were dropped. */
  clientsSilent: number
  /** Datagrams passed from clients to UDP, and their bytes. */
  datagramsSent: number
  bytesSent: number
  /** Datagrams passed from UDP to clients, and their bytes. */
  datagramsReceived: number
  bytesReceived: number
  /** Dropped, either way: no message of the network. */
  malformed: number
  /** Dropped, either way: an endpoint that clients must not reach. */
  forbidden: number
  /** Dropped, either way: more than a client may send or receive. */
  limited: number
  /** Dropped: the client reads too slowly. */
  overflowed: number
}

export function newCounters(): RelayCounters {
  return {
    clientsAccepted: 0,
    clientsRefused: 0,
    clientsSilent: 0,
    datagramsSent: 0,
    bytesSent: 0,
    datagramsReceived: 0,
    bytesReceived: 0,
    malformed: 0,
    forbidden: 0,
    limited: 0,
    overflowed: 0,
  }
}
