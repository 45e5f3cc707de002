// Why a relay closes a WebSocket. 4000 to 4999 are free for applications (RFC 6455 §7.4.2).

export const CloseCode = {
  /** The first message is no hello, or a later one is no frame of the protocol. */
  badFrame: 4400,
  /** The secret is missing or wrong. */
  wrongSecret: 4401,
  /** The relay has no such network, or not in this address family. */
  noSuchNetwork: 4404,
  /** The first message did not come in time. */
  helloTimeout: 4408,
  /** The relay has no UDP port for the client. */
  noPort: 4503,
  /** The relay ends. */
  ending: 1001,
} as const
