// The parts of other people's libraries that are measured beside ours; they bring no types.

declare module 'k-bucket' {
  interface Options {
    readonly localNodeId: Uint8Array
    readonly numberOfNodesPerKBucket?: number
  }
  class KBucket<C extends { readonly id: Uint8Array }> {
    constructor(options: Options)
    add(contact: C): this
    remove(id: Uint8Array): this
    closest(id: Uint8Array, n: number): C[]
    toArray(): C[]
  }
  export = KBucket
}

declare module 'bittorrent-dht' {
  export class Client {
    constructor(options: { readonly nodeId: string; readonly bootstrap: false })
    readonly nodes: { count(): number }
    listen(port: number, address: string, done: () => void): void
    address(): { readonly port: number }
    addNode(node: { readonly host: string; readonly port: number }): void
    on(event: 'error' | 'warning', listener: (error: Error) => void): this
  }
}
