// Twenty nodes of libtorrent and ten of ours in one network. Each finds what nodes of both kinds
// announce.

import { libtorrent } from '../clients/libtorrent.ts'
import type { NodePlace, TestNode } from '../clients/node-client.ts'
import { eventually } from '../eventually.ts'
import { ipv4Of, ipv6Of } from '../network/addresses.ts'
import type { Scenario } from '../scenario.ts'
import { crowd } from './crowd.ts'
import { newInfohash } from './infohash.ts'
import { heldByNearest } from './placement.ts'
import { settledNetwork } from './settled-network.ts'

const [THEIRS, OURS] = [20, 10]

interface Variant {
  readonly name: string
  readonly addressOf: (which: number) => string
  /** Of libtorrent. */
  readonly settings?: NodePlace['settings']
}

function mixedNetwork({ name, addressOf, settings = {} }: Variant): Scenario {
  return {
    name: `libtorrent and ours in one network, ${name}`,
    needs: [libtorrent],
    run: async (lab) => {
      const mine = await settledNetwork(lab, OURS, addressOf)
      const [observer] = mine as readonly [TestNode]
      const { endpoints: bootstrap } = observer
      const place = { count: THEIRS, from: OURS, bootstrap, addressOf, settings }
      const theirs = await crowd(lab, libtorrent, place)
      const nodes = [...mine, ...theirs]
      await eventually(
        'contacts',
        20_000,
        () => Promise.all(nodes.map((node) => node.contacts())),
        (contacts) => Math.min(...contacts) >= 4,
      )
      const announcements = [mine[2], mine[5], theirs[3], theirs[11]].map((announcer) => {
        return { announcer: announcer as TestNode, infohash: newInfohash() }
      })
      await Promise.all(
        announcements.map(({ announcer, infohash }) => announcer.announce(infohash)),
      )
      for (const { announcer, infohash } of announcements) {
        await eventually(
          `what is found of ${announcer.client}`,
          15_000,
          () => Promise.all(nodes.map((node) => node.find(infohash))),
          (found) => found.every((each) => each.includes(announcer.endpoints[0] as string)),
        )
      }
      const held = await Promise.all(
        announcements.map((each) => heldByNearest({ ...each, observer, nodes })),
      )
      return `all ${nodes.length} find all; of the 8 nearest ${held.join(', ')} store them`
    },
  }
}

export const mixedNetworks: readonly Scenario[] = [
  { name: 'IPv4', addressOf: ipv4Of },
  { name: 'ids enforced', addressOf: ipv4Of, settings: { dht_enforce_node_id: true } },
  { name: 'IPv6', addressOf: ipv6Of },
].map(mixedNetwork)
