// The parts of the libraries that the example uses; they bring no types.

declare module 'magnet-uri' {
  export default function parse(uri: string): { readonly infoHash?: string }
}

declare module 'bittorrent-protocol' {
  import type { Duplex } from 'node:stream'
  import type { Metadata } from 'ut_metadata'

  export default class Wire extends Duplex {
    readonly ut_metadata: Metadata
    use(extension: unknown): void
    handshake(infohash: string, peerId: string): void
    on(event: string, listener: (...values: never[]) => void): this
  }
}

declare module 'ut_metadata' {
  import type { EventEmitter } from 'node:events'

  export interface Metadata extends EventEmitter {
    fetch(): void
    on(event: 'metadata', listener: (metadata: Uint8Array) => void): this
    on(event: 'warning', listener: (error: Error) => void): this
  }
  export default function metadata(own?: Uint8Array): unknown
}
