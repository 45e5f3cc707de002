// Types of npm's `bittorrent-dht` 11.0.12, which has none: those of ours, for the tests use what
// both have.

declare module 'bittorrent-dht' {
  export { Client, default, Server } from '../../src/index.ts'
}
