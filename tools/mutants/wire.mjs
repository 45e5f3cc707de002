// Mutants of what a node says of itself on the wire and of its pace, as edits of the sources, each
// with the properties whose tests must fail.

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
]
