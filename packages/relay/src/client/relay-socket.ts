// The part of a WebSocket that the transport uses: that of browsers, and of others with the same
// interface, such as `ws`.

export interface RelaySocket {
  binaryType: string
  readonly readyState: number
  /** Bytes that wait to be sent. */
  readonly bufferedAmount: number
  send(data: string | Uint8Array): void
  close(): void
  addEventListener(type: string, listener: (event: never) => void): void
}

/**
 * A class of WebSockets with the interface of browsers. What it makes is an object only, because
 * each runtime describes its events in types of its own.
 */
export type RelaySocketClass = new (url: string, protocols: string[]) => object

/** `readyState` of an open socket. */
export const SOCKET_OPEN = 1
