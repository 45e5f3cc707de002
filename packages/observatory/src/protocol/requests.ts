// What a page asks of the live server, and how the server replies.

export interface SessionRequest {
  /** Hex. */
  readonly token: string
}

export interface LookupRequest {
  /** Of the network's width, hex. */
  readonly target: string
  /** `peers` (default) looks for endpoints, `closest` for the nearest nodes. */
  readonly mode?: 'peers' | 'closest'
}

export interface LookupReply {
  /** Names the request in its `lookup-result`. */
  readonly request: number
}

export interface EnterRequest {
  readonly id: string
  /** 1..65535. */
  readonly port: number
}

export interface DeleteRequest {
  readonly id: string
}

/** Puts an immutable item. */
export interface PutRequest {
  /** UTF-8, at most 900 bytes. */
  readonly value: string
}

export interface Done {
  /** The id under which it was put or entered. */
  readonly id: string
}

/** What may be asked of a node, by the name of the call. */
export interface Requests {
  readonly lookup: LookupRequest
  readonly enter: EnterRequest
  readonly delete: DeleteRequest
  readonly put: PutRequest
}

export interface Replies {
  readonly lookup: LookupReply
  readonly enter: Done
  readonly delete: Done
  readonly put: Done
}

/** How a page becomes a node of its own: through a relay on the server of the page. */
export interface RelayOffer {
  /** Path of the relay's URL. */
  readonly path: string
  readonly secret: string
  /** The network whose messages pass, such as `dht256`. */
  readonly network: string
  /** The address families in which the relay gives a UDP port, one or both. */
  readonly families: readonly (4 | 6)[]
}

export interface Refusal {
  readonly error: {
    /** Such as `unauthorized`, `forbidden`, `too-many`, `full`, `argument`. */
    readonly code: string
    readonly message: string
  }
}
