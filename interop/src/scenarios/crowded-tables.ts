// Sixty nodes of libtorrent with buckets of 8 have no room for all. Nodes of ours must get into as
// many of their tables as their own kind does.

import { libtorrent } from '../clients/libtorrent.ts'
import type { TestNode } from '../clients/node-client.ts'
import { eventually } from '../eventually.ts'
import type { Scenario } from '../scenario.ts'
import { crowd } from './crowd.ts'
import { newInfohash } from './infohash.ts'
import { settledNetwork } from './settled-network.ts'

const [THEIRS, OURS] = [60, 8]
/** Lookups of each node, by which it learns of others. */
const LOOKUPS = 3
/** With this, no bucket of libtorrent holds more than 8. */
const SETTINGS = { dht_extended_routing_table: false }

/** @returns in how many tables the endpoints are, on average */
function meanPresence(nodes: readonly TestNode[], tables: readonly (readonly string[])[]): number {
  const counts = nodes.map(({ endpoints: [endpoint] }) => {
    return tables.filter((table) => table.includes(endpoint as string)).length
  })
  return counts.reduce((sum, count) => sum + count, 0) / counts.length
}

export const crowdedTables: Scenario = {
  name: 'ours in crowded tables of libtorrent',
  needs: [libtorrent],
  run: async (lab) => {
    const mine = await settledNetwork(lab, OURS)
    const { endpoints: bootstrap } = mine[0] as TestNode
    const place = { count: THEIRS, from: OURS, bootstrap, settings: SETTINGS }
    const theirs = await crowd(lab, libtorrent, place)
    await eventually(
      'contacts of libtorrent',
      () => Promise.all(theirs.map((node) => node.contacts())),
      (contacts) => Math.min(...contacts) > 0,
    )
    for (let lookup = 0; lookup < LOOKUPS; lookup++) {
      await Promise.all([...theirs, ...mine].map((node) => node.find(newInfohash())))
    }
    // Everybody knows the node that all began with.
    const others = mine.slice(1)
    const seen = await eventually(
      'mean number of tables of libtorrent that a node is in',
      async () => {
        const tables = await Promise.all(theirs.map((node) => node.ask<string[]>('members')))
        return { ours: meanPresence(others, tables), theirs: meanPresence(theirs, tables) }
      },
      (mean) => mean.theirs > 0 && mean.ours >= mean.theirs,
    )
    const [our, their] = [seen.ours.toFixed(1), seen.theirs.toFixed(1)]
    return `of ${THEIRS} tables, ${our} have a node of ours, ${their} one of libtorrent`
  },
}
