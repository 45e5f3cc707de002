// The guest list of @dht/sim/live: worlds in which the nodes that people run take part, promises
// and all. Needs Node, as they do.

export { type LiveNodeOptions, LiveWorld, type RunOptions } from './facade/live-world.ts'
