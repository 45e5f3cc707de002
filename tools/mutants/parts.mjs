// Mistakes the wire, the store and the search can hold, each as an edit of their sources, with the
// properties that must notice. `find` stands in the file exactly once.

const krpc = 'packages/krpc'
const store = 'packages/store'
const search = 'packages/search'

/** @type {readonly import('./run.mjs').Mutant[]} */
export const ofParts = [
  {
    id: 'M19',
    wrong: 'A lookup measures how near it has come to our own id.',
    file: `${search}/src/lookup.ts`,
    find: 'new Shortlist({ target, self,',
    replace: 'new Shortlist({ target: self, self,',
    tests: [`${search}/test/properties/result.test.ts`],
    killers: ['SEARCH-9'],
  },
  {
    id: 'M21a',
    wrong: 'Whoever knows a transaction id may answer in place of the one asked.',
    file: `${krpc}/src/transaction-table.ts`,
    find: ' || !sameEndpoint(transaction.to, from)',
    replace: '',
    tests: [`${krpc}/test/properties/transactions.test.ts`],
    killers: ['NET-53'],
  },
  {
    id: 'M23a',
    wrong: 'A write token is good for one rotation too many.',
    file: `${store}/src/write-tokens.ts`,
    find: 'epoch === this.#epoch + 1',
    replace: 'epoch <= this.#epoch + 2',
    tests: [`${store}/test/properties/write-tokens.test.ts`],
    killers: ['TOKEN-1', 'TOKEN-2'],
  },
  {
    id: 'M23b',
    wrong: 'A write token is void from the first rotation on.',
    file: `${store}/src/write-tokens.ts`,
    find: 'return isCurrent || isPrevious',
    replace: 'return isCurrent',
    tests: [`${store}/test/properties/write-tokens.test.ts`],
    killers: ['TOKEN-1', 'TOKEN-2'],
  },
  {
    id: 'M24',
    wrong: 'A write token is good at every address.',
    file: `${store}/src/write-tokens.ts`,
    find: 'writeText(address, message,',
    replace: "writeText('', message,",
    tests: [`${store}/test/unit/write-tokens.test.ts`],
    killers: ['TOKEN-4'],
  },
  {
    id: 'M26a',
    wrong: 'Entering a peer again does not make it live longer.',
    file: `${store}/src/peer-store.ts`,
    find: 'this.#records.renew(held, this.#latest)',
    replace: '',
    tests: [`${store}/test/properties/peer-store.test.ts`],
    killers: ['STORE-3'],
  },
  {
    id: 'M26b',
    wrong: 'Entering a peer again adds a second entry.',
    file: `${store}/src/peer-store.ts`,
    find: 'const held = this.#find(names)\n',
    replace: 'const held: number = NONE\n',
    tests: [`${store}/test/properties/peer-store.test.ts`],
    killers: ['STORE-3'],
  },
  {
    id: 'M27',
    wrong: 'A stored peer ends at its lifetime, not after it.',
    file: `${store}/src/peer-store.ts`,
    find: '<= this.#config.lifetimeMs) break',
    replace: '< this.#config.lifetimeMs) break',
    tests: [`${store}/test/unit/peer-store.test.ts`],
    killers: ['STORE-51'],
  },
  {
    id: 'M38',
    wrong: 'A lookup is over while one of the nearest has yet to answer.',
    file: `${search}/src/lookup.ts`,
    find: "if (state !== 'replied') return\n",
    replace: "if (state !== 'replied' && state !== 'asked') return\n",
    tests: [`${search}/test/properties/ending.test.ts`],
    killers: ['SEARCH-6'],
  },
  {
    id: 'M39',
    wrong: 'A lookup has one question more in flight than it may.',
    file: `${search}/src/lookup.ts`,
    find: 'this.#patient < this.#slots()',
    replace: 'this.#patient <= this.#slots()',
    tests: [`${search}/test/properties/asking.test.ts`],
    killers: ['SEARCH-2'],
  },
  {
    id: 'M40',
    wrong: 'A lookup takes any answer for that of the contact it meant.',
    file: `${search}/src/lookup.ts`,
    find: '!hasId(responder, candidate.id)',
    replace: 'false',
    tests: [`${search}/test/properties/liars.test.ts`],
    killers: ['SEARCH-12'],
  },
]
