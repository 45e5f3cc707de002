// Twenty nodes of libtorrent and ten of ours in one network. Each finds what nodes of both kinds
// announce.

import { libtorrent } from '../clients/libtorrent.ts'
import type { NodePlace, TestNode } from '../clients/node-client.ts'
import { eventually } from '../eventually.ts'
import { ipv4Of, ipv6Of } from '../network/addresses.ts'
import type { Scenario } from '../scenario.ts'
import { crowd } from './crowd.ts'
import { newInfohash } from './infohash.ts'
import { heldByNearest, placesOf } from './placement.ts'
import { settledNetwork } from './settled-network.ts'

const [THEIRS, OURS] = [20, 10]

interface Variant {
  readonly name: string
  readonly addressOf: (which: number) => string
  /** Of libtorrent. */
  readonly settings?: NodePlace['settings']
}

async function expectFound(
  readers: readonly TestNode[],
  announcer: TestNode,
  infohash: string,
): Promise<void> {
  await eventually(
    `what is found of ${announcer.client}`,
    () => Promise.all(readers.map((node) => node.find(infohash))),
    (found) => found.every((each) => each.includes(announcer.endpoints[0] as string)),
  )
}

function mixedNetwork({ name, addressOf, settings = {} }: Variant): Scenario {
  return {
    name: `libtorrent and ours in one network, ${name}`,
    needs: [libtorrent],
    run: async (lab) => {
      const mine = await settledNetwork(lab, OURS, addressOf)
      const observers = [mine[0], mine[1]] as readonly [TestNode, TestNode]
      const { endpoints: bootstrap } = observers[0]
      const place = { count: THEIRS, from: OURS, bootstrap, addressOf, settings }
      const theirs = await crowd(lab, libtorrent, place)
      const nodes = [...mine, ...theirs]
      await eventually(
        'contacts',
        () => Promise.all(nodes.map((node) => node.contacts())),
        (contacts) => Math.min(...contacts) >= 4,
      )
      const announcements = [mine[2], mine[5], theirs[3], theirs[11]].map((announcer) => {
        return { announcer: announcer as TestNode, infohash: newInfohash() }
      })
      await Promise.all(
        announcements.map(({ announcer, infohash }) => announcer.announce(infohash)),
      )
      const expectAll = (readers: readonly TestNode[]): Promise<unknown> => {
        return Promise.all(
          announcements.map((each) => expectFound(readers, each.announcer, each.infohash)),
        )
      }
      await expectAll(observers)
      const places = await placesOf(nodes, observers)
      const held = await Promise.all(announcements.map((each) => heldByNearest(places, each)))
      await expectAll(nodes)
      return `all ${nodes.length} find all; of the 8 nearest ${held.join(', ')} store them`
    },
  }
}

export const mixedNetworks: readonly Scenario[] = [
  { name: 'IPv4', addressOf: ipv4Of },
  { name: 'with enforced ids', addressOf: ipv4Of, settings: { dht_enforce_node_id: true } },
  { name: 'IPv6', addressOf: ipv6Of },
].map(mixedNetwork)
