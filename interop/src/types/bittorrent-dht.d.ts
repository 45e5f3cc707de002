// The parts of the library that the scenarios use; it brings no types.

declare module 'bittorrent-dht' {
  import type { EventEmitter } from 'node:events'

  interface Peer {
    readonly host: string
    readonly port: number
  }

  export class Client extends EventEmitter {
    constructor(options: { readonly bootstrap: readonly string[] | false })
    readonly nodes: { count(): number }
    listen(port: number, address: string | undefined, done: () => void): void
    announce(infohash: string, port: number, done: (error: Error | null) => void): void
    lookup(infohash: string, done: (error: Error | null) => void): void
    on(event: 'peer', listener: (peer: Peer, infohash: Uint8Array) => void): this
    on(event: 'error' | 'warning', listener: (error: Error) => void): this
  }
}
