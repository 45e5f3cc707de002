// The parts of the libraries that the example uses; they bring no types.

declare module 'magnet-uri' {
  function parse(uri: string): { readonly infoHash?: string }
  export = parse
}

declare module 'bittorrent-protocol' {
  import type { EventEmitter } from 'node:events'
  import type { Duplex } from 'node:stream'

  interface Metadata extends EventEmitter {
    fetch(): void
    on(event: 'metadata', listener: (metadata: Uint8Array) => void): this
    on(event: 'warning', listener: (error: Error) => void): this
  }

  class Wire extends Duplex {
    readonly ut_metadata: Metadata
    use(extension: unknown): void
    handshake(infohash: string, peerId: string): void
    on(event: string, listener: (...values: never[]) => void): this
  }
  export = Wire
}

declare module 'ut_metadata' {
  function metadata(own?: Uint8Array): unknown
  export = metadata
}
