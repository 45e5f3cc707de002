// Mutants of announcing and counting peers in Mainline, as edits of the sources, each with the
// properties whose tests must fail.

const krpc = 'packages/krpc'
const node = 'packages/node'
const store = 'packages/store'

/** @type {readonly import('./mutants.mjs').Mutant[]} */
export const ofPeers = [
  {
    id: 'M130',
    wrong: 'Mainline renews an announcement after others have forgotten it.',
    file: `${krpc}/src/network.ts`,
    find: 'republishMs: 15 * 60_000,',
    replace: 'republishMs: 40 * 60_000,',
    tests: [`${node}/test/properties/mainline-peers.test.ts`],
    killers: ['PUB-15'],
  },
  {
    id: 'M131',
    wrong: 'A second peer of one address takes the place of the first.',
    file: `${store}/src/fingerprints.ts`,
    find: 'peer: this.#hash.digest(peer).low,',
    replace: 'peer: this.#hash.digest(peer, peer.length - PORT_BYTES).low,',
    tests: [`${node}/test/properties/mainline-peers.test.ts`],
    killers: ['STORE-58'],
  },
  {
    id: 'M132',
    wrong:
      'Of withdrawals that end at one instant, some end twice, and block what is entered next.',
    file: `${node}/src/core/publishing/withdrawals.ts`,
    find: '      if (!this.#running.has(withdrawal)) continue\n',
    replace: '',
    tests: [`${node}/test/unit/core/publishing/withdrawals.test.ts`],
    killers: ['PUB-11'],
  },
  {
    id: 'M133',
    wrong: 'The two bits of an address are read in the wrong byte order.',
    file: `${krpc}/src/scrape/filter-bits.ts`,
    find: 'const first = (head >>> 24) | ((head >>> 8) & 0xff00)',
    replace: 'const first = head >>> 16',
    tests: [`${krpc}/test/properties/address-filter.test.ts`],
    killers: ['SCRAPE-1'],
  },
  {
    id: 'M134',
    wrong: 'A peer stays what it was when it was first put.',
    file: `${store}/src/peer-store.ts`,
    find: '      this.#holdings.changeKind(found, kind)\n',
    replace: '',
    tests: [`${store}/test/model/peer-store.test.ts`],
    killers: ['STORE-60'],
  },
  {
    id: 'M135',
    wrong: 'An address with a seed and a downloader counts twice.',
    file: `${node}/src/core/methods/peer-filters.ts`,
    find: 'others.filter((peer) => !addresses.has(addressKey(peer)))',
    replace: 'others',
    tests: [`${node}/test/unit/core/methods/peer-filters.test.ts`],
    killers: ['SCRAPE-4'],
  },
  {
    id: 'M136',
    wrong: 'An announcement never says that it is a seed.',
    file: `${node}/src/core/publishing/publication.ts`,
    find: '      seed,\n',
    replace: '',
    tests: [`${node}/test/properties/mainline-peers.test.ts`],
    killers: ['SCRAPE-5'],
  },
  {
    id: 'M215',
    wrong: 'Nodes on the way to a torrent count in a scrape.',
    file: `${node}/src/core/lookups/goals/scrape.ts`,
    find: 'if (counts.length > NEAREST) counts.pop()',
    replace: '',
    tests: [`${node}/test/properties/mainline-peers.test.ts`],
    killers: ['SCRAPE-8'],
  },
  {
    id: 'M216',
    wrong: 'A walk for samples asks any number of ports of one host.',
    file: `${node}/src/core/sampling/sample-walk.ts`,
    find: ' || ofHost.size >= MAX_ASKED_PER_HOST',
    replace: '',
    tests: [`${node}/test/properties/sampling-bounds.test.ts`],
    killers: ['SAMPLE-4'],
  },
  {
    id: 'M223',
    wrong: 'The share of a subnet counts all of the store, not what others leave.',
    file: `${store}/src/peer-store.ts`,
    find: 'maxKeys - (this.keys - heldKeys))',
    replace: 'maxKeys)',
    tests: [`${store}/test/properties/subnet-share.test.ts`],
    killers: ['STORE-63'],
  },
  {
    id: 'M224',
    wrong: 'Local addresses have a share of their subnet, too.',
    file: `${store}/src/compact-peer.ts`,
    find: 'if (isLocalAddress(bytes.subarray(0, isIpv4 ? IPV4_BYTES : IPV6_BYTES))) return undefined',
    replace: '',
    tests: [`${store}/test/properties/subnet-share.test.ts`],
    killers: ['STORE-63'],
  },
  {
    id: 'M137',
    wrong: 'Each address of an IPv6 /64 has a quota of its own.',
    file: `${store}/src/compact-peer.ts`,
    find: 'const PREFIX_BYTES = 8',
    replace: 'const PREFIX_BYTES = 16',
    tests: [`${store}/test/unit/peer-store-bounds.test.ts`],
    killers: ['STORE-62'],
  },
]
