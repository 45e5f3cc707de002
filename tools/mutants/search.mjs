// Mutants of the search: edits of its sources, each with the properties whose tests have to fail.

const search = 'packages/search'
const lookup = `${search}/src/lookup.ts`
const region = `${search}/src/region-lookup.ts`
const properties = `${search}/test/properties`

/** @type {readonly import('./mutants.mjs').Mutant[]} */
export const ofSearch = [
  {
    id: 'M310',
    wrong: 'An id that is first reported with a false contact is not queried at another one.',
    file: `${search}/src/shortlist.ts`,
    find: 'if (alternates.length === 0) return undefined',
    replace: 'if (alternates.length >= 0) return undefined',
    tests: [`${properties}/places.test.ts`],
    killers: ['SEARCH-27'],
  },
  {
    id: 'M311',
    wrong: 'One more id of an address than allowed is queried.',
    file: `${search}/src/places.ts`,
    find: 'new Set(there).size < this.#init.maxPerAddress',
    replace: 'new Set(there).size <= this.#init.maxPerAddress',
    tests: [`${properties}/places.test.ts`],
    killers: ['SEARCH-28'],
  },
  {
    id: 'M312',
    wrong: 'Contacts of a crowded address are not queried where nobody else is known.',
    file: lookup,
    find: 'if (this.#shortlist.admitSetAside(this.#config.k)) return\n',
    replace: '',
    tests: [`${properties}/places.test.ts`],
    killers: ['SEARCH-29'],
  },
  {
    id: 'M268',
    wrong: 'A lookup waits for the k nearest only, however many are in its region.',
    file: `${search}/src/vicinity.ts`,
    find: 'Math.min(REGION_FACTOR * this.#k, notFailed.length)',
    replace: 'Math.min(this.#k, notFailed.length)',
    tests: [`${properties}/places.test.ts`, `${properties}/result.test.ts`],
    killers: ['SEARCH-30'],
  },
  {
    id: 'M269',
    wrong: 'A region lookup waits for all of its region.',
    file: region,
    find: 'const AWAITED_SHARE = 0.75',
    replace: 'const AWAITED_SHARE = 1',
    tests: [`${properties}/region.test.ts`],
    killers: ['SEARCH-31'],
  },
  {
    id: 'M270',
    wrong: 'A sweep asks the nodes outside of its region.',
    file: region,
    find: 'if (isNear && this.#main.isUnsettled(contact))',
    replace: 'if (!isNear && this.#main.isUnsettled(contact))',
    tests: [`${properties}/region.test.ts`],
    killers: ['SEARCH-32'],
  },
  {
    id: 'M313',
    wrong: 'A sweep asks one node of a subnet more than allowed.',
    file: `${search}/src/sweep-queries.ts`,
    find: 'if (count >= maxPerSubnet) return',
    replace: 'if (count > maxPerSubnet) return',
    tests: [`${properties}/region.test.ts`],
    killers: ['SEARCH-33'],
  },
  {
    id: 'M314',
    wrong: 'A sweep sends one query more than allowed.',
    file: region,
    find: 'this.tally.queried >= this.#config.maxSweepQueries',
    replace: 'this.tally.queried > this.#config.maxSweepQueries',
    tests: [`${properties}/region.test.ts`],
    killers: ['SEARCH-34'],
  },
  {
    id: 'M273',
    wrong: 'A query that fails counts as one that responded.',
    file: `${search}/src/sweep-queries.ts`,
    find: 'this.#counts[state] += 1',
    replace: 'this.#counts.responded += 1',
    tests: [`${search}/test/model/sweep-queries.test.ts`],
    killers: ['SEARCH-35'],
  },
  {
    id: 'M274',
    wrong: 'A sweep queries an endpoint once for each id that is invented for it.',
    file: `${search}/src/sweep-queries.ts`,
    find: 'this.#endpoints.has(endpoint)',
    replace: 'endpoint.length === 0',
    tests: [`${search}/test/model/sweep-queries.test.ts`],
    killers: ['SEARCH-33'],
  },
  {
    id: 'M275',
    wrong: 'The size of the network is estimated from the median of the distances.',
    file: 'packages/node/src/core/overlay/network-size.ts',
    find: 'const QUARTILE = 0.75',
    replace: 'const QUARTILE = 0.5',
    tests: ['packages/node/test/properties/network-size.test.ts'],
    killers: ['SIZE-1', 'SIZE-2'],
  },
  {
    id: 'M276',
    wrong:
      'The late outcome of a query that has ended is taken for that of the next one to its id.',
    file: `${search}/src/query-ledger.ts`,
    find: 'return candidate.overdueOf(asked) === undefined ? undefined : candidate',
    replace: 'return candidate',
    tests: [`${search}/test/model/lookup.test.ts`],
    killers: ['SEARCH-27'],
  },
]
