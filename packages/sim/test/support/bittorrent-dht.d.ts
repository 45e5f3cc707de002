// Types for the part of `bittorrent-dht` 11.0.12 that is used here. The package has no types.

declare module 'bittorrent-dht' {
  import type { EventEmitter } from 'node:events'

  export interface Place {
    readonly host: string
    readonly port: number
  }

  export interface Peer extends Place {
    readonly id: Uint8Array
  }

  /** A value with its signature, if it is mutable. */
  export interface Item {
    readonly v: Uint8Array
    readonly k?: Uint8Array
    readonly salt?: Uint8Array
    readonly seq?: number
  }

  export interface NewItem extends Item {
    readonly sign?: (bytes: Uint8Array) => Uint8Array
  }

  type Done = (error: Error | null, count: number) => void

  interface Events {
    readonly error: [error: Error]
    readonly warning: [error: Error]
    /** A peer was found. */
    readonly peer: [peer: Place, target: Uint8Array]
    /** A node has announced a peer. */
    readonly announce: [peer: Place, target: Uint8Array]
    /** A node has put an item. */
    readonly put: [target: Uint8Array]
  }

  export class Client extends EventEmitter<Events> {
    constructor(options: {
      readonly nodeId: Uint8Array
      readonly bootstrap: readonly Place[]
      readonly socket: EventEmitter
      readonly hash: (bytes: Uint8Array) => Uint8Array
      readonly verify: (sig: Uint8Array, bytes: Uint8Array, key: Uint8Array) => boolean
    })
    readonly ready: boolean
    readonly nodes: { toArray(): Peer[] }
    listen(port: number): void
    lookup(target: Uint8Array, done: Done): void
    /** @param port - 0: the port that the packet comes from */
    announce(target: Uint8Array, port: number, done: Done): void
    put(item: NewItem, done: (error: Error | null, key: Uint8Array, count: number) => void): void
    /** @param options - `cache: false`: it is not content with its own copy */
    get(
      target: Uint8Array,
      options: { readonly salt?: Uint8Array; readonly cache: false },
      done: (error: Error | null, item: Item | null) => void,
    ): void
  }
}
