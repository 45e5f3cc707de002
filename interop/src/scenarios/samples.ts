// Samples of info hashes (BEP 51): each gets the info hashes that the other one stores.

import { libtorrent } from '../clients/libtorrent.ts'
import type { TestNode } from '../clients/node-client.ts'
import { eventually } from '../eventually.ts'
import type { Scenario } from '../scenario.ts'
import { crowd } from './crowd.ts'
import { newInfohash } from './infohash.ts'
import { settledNetwork } from './settled-network.ts'

/** Number of info hashes; libtorrent returns 20 at most. */
const COUNT = 10

export const samples: Scenario = {
  name: 'libtorrent and ours sample the info hashes of one another (BEP 51)',
  needs: [libtorrent],
  run: async (lab) => {
    const ours = await settledNetwork(lab, 4)
    const [first, announcer] = ours as readonly [TestNode, TestNode]
    const { endpoints: bootstrap } = first
    const theirs = await crowd(lab, libtorrent, { count: 2, from: 4, bootstrap })
    const [reader] = theirs as readonly [TestNode]
    await eventually(
      'contacts of libtorrent',
      () => Promise.all(theirs.map((node) => node.contacts())),
      (contacts) => Math.min(...contacts) > 0,
    )
    const infohashes = Array.from({ length: COUNT }, newInfohash)
    // Stored by all five others, because there are fewer than eight.
    await Promise.all(infohashes.map((infohash) => announcer.announce(infohash)))
    const isAll = (found: readonly string[]): boolean => {
      return infohashes.every((infohash) => found.includes(infohash))
    }
    const at = first.endpoints[0]
    const look = (): Promise<string[]> => reader.ask('samples', { at })
    await eventually('what libtorrent samples of ours', look, isAll)
    // Nobody but libtorrent has samples for a node of ours once its own kind is gone.
    await Promise.all(ours.slice(0, 3).map((node) => node.ask('close')))
    const sampled = await (ours[3] as TestNode).ask<string[]>('samples')
    if (!isAll(sampled)) throw new Error(`ours samples ${sampled.length} of ${COUNT}`)
    return `both get all ${COUNT}`
  },
}
