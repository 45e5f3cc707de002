// The exports of @dht/bittorrent-dht: the names of npm's package. `Server` is the same class there,
// too, and programs import the class as the default or by name.

export type { DhtNode, NodeOptions } from '@dht/node'
export { Client, Client as default, Client as Server } from './client.ts'
export type { ClientEvents, From, NodeAddress, Peer } from './client-events.ts'
export { DhtClientError, type DhtClientErrorCode } from './errors.ts'
export type { GetOptions, GotValue } from './got-value.ts'
export type { SocketAddress } from './listen-arguments.ts'
export type { KnownNode, NodeList } from './node-list.ts'
export type { BytesLike, ClientOptions } from './options.ts'
export type { PutOptions } from './put-arguments.ts'
export type { DhtJson, StoredValue } from './stored-values.ts'
