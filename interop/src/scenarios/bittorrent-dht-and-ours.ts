// Eight nodes of npm's bittorrent-dht and four of ours, in one network that begins with ours.
// Each finds what one node of each kind announces.

import { bittorrentDht } from '../clients/bittorrent-dht.ts'
import type { TestNode } from '../clients/node-client.ts'
import { ours } from '../clients/ours.ts'
import { eventually } from '../eventually.ts'
import { ipv4Of } from '../network/addresses.ts'
import type { Scenario } from '../scenario.ts'
import { crowd } from './crowd.ts'
import { newInfohash } from './infohash.ts'

export const bittorrentDhtAndOurs: Scenario = {
  name: 'bittorrent-dht and ours in one network',
  needs: [],
  run: async (lab) => {
    const [first] = await lab.nodes(ours, [{ addresses: [ipv4Of(0)], bootstrap: [] }])
    const bootstrap = (first as TestNode).endpoints
    const [mine, theirs] = await Promise.all([
      crowd(lab, ours, { count: 3, from: 1, bootstrap }),
      crowd(lab, bittorrentDht, { count: 8, from: 4, bootstrap }),
    ])
    const all = [first as TestNode, ...mine, ...theirs]
    await eventually(
      'contacts',
      () => Promise.all(all.map((node) => node.contacts())),
      // Its nodes learn of others when they join and when others query them.
      (contacts) => Math.min(...contacts) >= mine.length,
    )
    for (const announcer of [mine[1], theirs[1]] as readonly TestNode[]) {
      const infohash = newInfohash()
      await announcer.announce(infohash)
      await eventually(
        `what they find of ${announcer.client}`,
        () => Promise.all(all.map((node) => node.find(infohash))),
        (found) => found.every((endpoints) => endpoints.includes(announcer.endpoints[0] as string)),
      )
    }
    return `all ${all.length} find what both announce`
  },
}
