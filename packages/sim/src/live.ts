// Exports of `@dht/sim/live`: a world that also runs nodes made by `createNode`, with promises.
// Needs Node, unlike `@dht/sim`.

export { type LiveNodeOptions, LiveWorld, type RunOptions } from './shell/live-world.ts'
