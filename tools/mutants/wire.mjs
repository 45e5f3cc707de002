// Mutants of what a node says of itself on the wire, of its pace and of samples (BEP 51), as edits
// of the sources, each with the properties whose tests must fail.

const krpc = 'packages/krpc'
const node = 'packages/node'

/** @type {readonly import('./mutants.mjs').Mutant[]} */
export const ofWire = [
  {
    id: 'M120',
    wrong: 'An error message says of an unusable argument that it is missing.',
    file: `${krpc}/src/message/decode.ts`,
    find: 'unusableText(bad.key, dictionary.has(bad.key))',
    replace: 'unusableText(bad.key, false)',
    tests: [`${krpc}/test/unit/message/refused-queries.test.ts`],
    killers: ['PROTO-71'],
  },
  {
    id: 'M121',
    wrong: 'A node answers in the overlay of a topic from its own table.',
    file: `${krpc}/src/message/decode.ts`,
    find: 'if (lengthOf(outline.topic) === network.idLength) {',
    replace: 'if (lengthOf(outline.topic) > MAX_DATAGRAM) {',
    tests: [`${node}/test/properties/wire.test.ts`],
    killers: ['PROTO-72'],
  },
  {
    id: 'M122',
    wrong: 'The pace of an address does not hold for the queries of a join.',
    file: `${node}/src/core/queries/outgoing-queries.ts`,
    find: 'return isShared ? formatEndpoint(to) : sourceKeyOf(to)',
    replace: 'return isShared ? sourceKeyOf(to) : formatEndpoint(to)',
    tests: ['packages/sim/test/properties/mainline-pace.test.ts'],
    killers: ['PACE-5'],
  },
  {
    id: 'M123',
    wrong: 'A node makes a new sample of its info hashes for every query.',
    file: `${node}/src/core/methods/target-sample.ts`,
    find: 'if (now >= this.#endsAt || !isFull) {',
    replace: 'if (now >= this.#endsAt - this.#interval * 1_000) {',
    tests: [`${node}/test/properties/sampling.test.ts`],
    killers: ['SAMPLE-1'],
  },
  {
    id: 'M124',
    wrong: 'A walk for samples forgets the interval that a node told.',
    file: `${node}/src/core/sampling/sample-walk.ts`,
    find: 'now + spanOf(samples && interval)',
    replace: 'now + LEAST_AGAIN_MS',
    tests: [`${node}/test/properties/sampling.test.ts`],
    killers: ['SAMPLE-2'],
  },
  {
    id: 'M126',
    wrong: 'Added nodes are pinged as fast as they are added.',
    file: `${node}/src/core/overlay/added-nodes.ts`,
    find: 'if (!isGood && !this.#bucket.take(1, now)) return',
    replace: 'if (!isGood && this.#bucket.readyAt(now) < 0) return',
    tests: [`${node}/test/properties/added-nodes.test.ts`],
    killers: ['ADD-2'],
  },
  {
    id: 'M125',
    wrong: 'The last info hash of the index is hardly ever in a sample.',
    file: 'packages/store/src/peer-store.ts',
    find: 'const drawn = at + this.#words.below(slots.length - at)',
    replace: 'const drawn = at + this.#words.below(Math.max(1, slots.length - at - 1))',
    tests: ['packages/store/test/properties/target-sampling.test.ts'],
    killers: ['STORE-70'],
  },
  {
    id: 'M128',
    wrong: 'Mainline reads messages that name another network.',
    file: `${krpc}/src/message/decode.ts`,
    find: 'return key === undefined ? !isString(networkKey) : spells(bytes, networkKey, key)',
    replace: 'return key === undefined || spells(bytes, networkKey, key)',
    tests: [`${krpc}/test/properties/networks.test.ts`],
    killers: ['PROTO-74'],
  },
  {
    id: 'M129',
    wrong: 'Any key of a network is as good as our own.',
    file: `${krpc}/src/message/decode.ts`,
    find: 'return key === undefined ? !isString(networkKey) : spells(bytes, networkKey, key)',
    replace: 'return key === undefined ? !isString(networkKey) : true',
    tests: ['packages/sim/test/properties/two-networks.test.ts'],
    killers: ['SIM-I2'],
  },
  {
    id: 'M127',
    wrong: 'A node loads the state of another network.',
    file: `${node}/src/state/state-file.ts`,
    find: 'if (named !== network.name) return',
    replace: 'if (named === undefined) return',
    tests: ['packages/sim/test/properties/two-networks.test.ts'],
    killers: ['SIM-I2'],
  },
]
