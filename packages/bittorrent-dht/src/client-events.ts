// The events of a client, and what they carry.

/** A peer of a torrent. An IPv6 address has no brackets. */
export interface Peer {
  readonly host: string
  /** 1..65535 */
  readonly port: number
}

/** A node: where it is, and its id if it is known. */
export interface NodeAddress {
  /** An address, or a name that is looked up. */
  readonly host: string
  readonly port: number
  /** 20 bytes, or their hex. */
  readonly id?: Uint8Array | string | undefined
}

/** The node that returned a peer. */
export interface From {
  readonly id: Buffer
  readonly address: string
  readonly host: string
  readonly family: 'IPv4' | 'IPv6'
  readonly port: number
}

/** The events, each with its arguments. */
export interface ClientEvents {
  /** The node has looked for its place in the network, once. */
  ready: []
  listening: []
  /** A contact was added to the routing table. */
  node: [node: { readonly id: Buffer; readonly host: string; readonly port: number }]
  /** A lookup has found a peer. `from` is null for peers that are stored in this node. */
  peer: [peer: Peer, infoHash: Buffer, from: From | null]
  /** Another node has announced a peer here. `from` is that node. */
  announce: [peer: Peer, infoHash: Buffer, from: Peer]
  /** A port can't be used. Without a listener the error is thrown. */
  error: [error: Error]
  /** A problem that does not stop the node. */
  warning: [error: Error]
  close: []
}
