// A node of libtorrent and one of ours find what the other one announces, in both address families.
// A third node, of ours, is all that they have in common.

import { libtorrent } from '../clients/libtorrent.ts'
import type { NodeClient, TestNode } from '../clients/node-client.ts'
import { ours } from '../clients/ours.ts'
import { eventually } from '../eventually.ts'
import type { Lab } from '../lab.ts'
import { ipv4Of, ipv6Of } from '../network/addresses.ts'
import type { Scenario } from '../scenario.ts'
import { newInfohash } from './infohash.ts'

async function one(
  lab: Lab,
  client: NodeClient,
  which: number,
  bootstrap: readonly string[],
): Promise<TestNode> {
  const addresses = [ipv4Of(which), ipv6Of(which)]
  const [node] = await lab.nodes(client, [{ addresses, bootstrap }])
  return node as TestNode
}

export const bothWays: Scenario = {
  name: 'libtorrent and ours announce to one another, IPv4 and IPv6',
  needs: [libtorrent],
  run: async (lab) => {
    const common = await one(lab, ours, 0, [])
    const [theirs, mine] = await Promise.all([
      one(lab, libtorrent, 1, common.endpoints),
      one(lab, ours, 2, common.endpoints),
    ])
    for (const [announcer, reader] of [
      [theirs, mine],
      [mine, theirs],
    ] as const) {
      const infohash = newInfohash()
      await announcer.announce(infohash)
      await eventually(
        `what ${reader.client} finds`,
        () => reader.find(infohash),
        (found) => announcer.endpoints.every((endpoint) => found.includes(endpoint)),
      )
    }
    return 'both find both endpoints of the other one'
  },
}
