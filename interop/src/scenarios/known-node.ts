// Twenty nodes of libtorrent know one node of ours and nothing else. They must learn of one another
// through it, and each must find what another one announces.

import { libtorrent } from '../clients/libtorrent.ts'
import type { TestNode } from '../clients/node-client.ts'
import { ours } from '../clients/ours.ts'
import { eventually } from '../eventually.ts'
import { ipv4Of } from '../network/addresses.ts'
import type { Scenario } from '../scenario.ts'
import { crowd } from './crowd.ts'
import { newInfohash } from './infohash.ts'

const COUNT = 20
/** A bucket of libtorrent that is as full as Kademlia wants it. */
const K = 8

export const knownNode: Scenario = {
  name: 'libtorrent knows only ours',
  needs: [libtorrent],
  run: async (lab) => {
    const [known] = (await lab.nodes(ours, [{ addresses: [ipv4Of(0)], bootstrap: [] }])) as [
      TestNode,
    ]
    const bootstrap = known.endpoints
    const nodes = await crowd(lab, libtorrent, { count: COUNT, from: 1, bootstrap })
    await eventually(
      'contacts of our node',
      () => known.contacts(),
      (contacts) => contacts === COUNT,
    )
    const infohash = newInfohash()
    const announcer = nodes[3] as TestNode
    await announcer.announce(infohash)
    const reader = async (node: TestNode): Promise<readonly string[]> => node.find(infohash)
    await eventually(
      'what the nodes find',
      () => Promise.all([known, ...nodes].map(reader)),
      (found) => found.every((endpoints) => String(endpoints) === String(announcer.endpoints)),
    )
    const tables = await eventually(
      'contacts of the nodes of libtorrent',
      () => Promise.all(nodes.map((node) => node.contacts())),
      (contacts) => Math.min(...contacts) >= K,
    )
    return `all ${COUNT + 1} find it; each has ${Math.min(...tables)} contacts or more`
  },
}
