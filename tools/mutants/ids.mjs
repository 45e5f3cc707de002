// Mutants of ids that follow addresses (BEP 42), as edits of the sources, each with the properties
// whose tests must fail.

const node = 'packages/node'
const table = 'packages/routing-table'

/** @type {readonly import('./mutants.mjs').Mutant[]} */
export const ofIds = [
  {
    id: 'M180',
    wrong: 'One responder decides which id a node has.',
    file: `${node}/src/core/overlay/id-review.ts`,
    find: 'return this.#addresses.confirmedAddress(now)',
    replace: 'return this.#addresses.externalAddress(now)',
    tests: [`${node}/test/model/id-review.test.ts`],
    killers: ['ID-23'],
  },
  {
    id: 'M181',
    wrong: 'An address that changes back and forth changes the id each time.',
    file: `${node}/src/core/overlay/id-review.ts`,
    find: 'if (this.#isDoubted && now >= this.#movedAt + ID_CHANGE_SPACING_MS) this',
    replace: 'if (this.#isDoubted) this',
    tests: [`${node}/test/model/id-review.test.ts`],
    killers: ['ID-21'],
  },
  {
    id: 'M182',
    wrong: 'A saved id is replaced although its address allows it.',
    file: `${node}/src/core/overlay/id-review.ts`,
    find: '    if (isSecureId(this.#ownId.id, bytesOf(address))) return false\n',
    replace: '',
    tests: [`${node}/test/unit/core/overlay/id-review.test.ts`],
    killers: ['ID-21'],
  },
  {
    id: 'M183',
    wrong: 'The routing table stays around the former id.',
    file: `${node}/src/core/overlay/id-review.ts`,
    find: '    this.#table.changeSelf(id)\n',
    replace: '',
    tests: [`${node}/test/model/id-review.test.ts`],
    killers: ['ID-20'],
  },
  {
    id: 'M184',
    wrong: 'Bad members have precedence when the table is made anew.',
    file: `${table}/src/table-parts.ts`,
    find: 'Number(isBad(a, config)) - Number(isBad(b, config))',
    replace: 'Number(isBad(b, config)) - Number(isBad(a, config))',
    tests: [`${table}/test/properties/change-self.test.ts`],
    killers: ['RT-66'],
  },
  {
    id: 'M185',
    wrong: 'A state of version 1 is refused.',
    file: `${node}/src/state/state-file.ts`,
    find: 'const isVersion1 = equal(header, HEADER_1)',
    replace: 'const isVersion1 = equal(header, HEADER)',
    tests: [`${node}/test/unit/state/state-file.test.ts`],
    killers: ['PERSIST-1'],
  },
  {
    id: 'M186',
    wrong: 'Every contact that responds takes the place of a member that is not preferred.',
    file: `${table}/src/membership.ts`,
    find: '    if (!this.isPreferred(newcomer)) return undefined\n',
    replace: '',
    tests: [`${table}/test/properties/preference.test.ts`],
    killers: ['RT-67'],
  },
  {
    id: 'M187',
    wrong: 'A contact with an invalid id is admitted although ids are enforced.',
    file: `${node}/src/core/overlay/overlay-options.ts`,
    find: 'admits: (newcomer) => hasSecureId(newcomer),',
    replace: 'admits: (newcomer) => hasSecureId(newcomer) || true,',
    tests: [`${node}/test/unit/core/overlay/preference.test.ts`],
    killers: ['ID-25'],
  },
  {
    id: 'M213',
    wrong: 'Votes move an address that is known, without a poll of members.',
    file: `${node}/src/core/overlay/id-review.ts`,
    find: 'if (this.#address === undefined) return this',
    replace: 'if (this.#poll === undefined) return this',
    tests: [`${node}/test/properties/external-address.test.ts`],
    killers: ['ID-26'],
  },
  {
    id: 'M214',
    wrong: 'A poll asks several members of one site.',
    file: `${node}/src/core/overlay/address-poll.ts`,
    find: 'const subnet = subnetKeyOf(member.endpoint)',
    replace: 'const subnet = member.endpointKey',
    tests: [`${node}/test/model/id-review.test.ts`],
    killers: ['ID-26'],
  },
]
