// Seeds and downloaders (BEP 33): ours reads the filters of libtorrent, and a seed of libtorrent,
// which asks by `noseed`, gets downloaders only.

import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { libtorrent } from '../clients/libtorrent.ts'
import type { TestNode } from '../clients/node-client.ts'
import { eventually } from '../eventually.ts'
import type { Scenario } from '../scenario.ts'
import { crowd } from './crowd.ts'
import { settledNetwork } from './settled-network.ts'

interface Scraped {
  readonly seeds: number
  readonly downloaders: number
}

export const scrape: Scenario = {
  name: 'libtorrent and ours tell seeds from downloaders (BEP 33)',
  needs: [libtorrent],
  run: async (lab) => {
    const ours = await settledNetwork(lab, 5)
    const [first, seed, downloader, , reader] = ours as readonly TestNode[]
    const theirs = await crowd(lab, libtorrent, {
      count: 2,
      from: 5,
      bootstrap: (first as TestNode).endpoints,
    })
    const theirSeed = theirs[0] as TestNode
    await eventually(
      'contacts of libtorrent',
      () => Promise.all(theirs.map((node) => node.contacts())),
      (contacts) => Math.min(...contacts) > 0,
    )
    const folder = await lab.folder()
    await writeFile(join(folder, 'file'), randomBytes(1_000))
    const infohash = await theirSeed.ask<string>('seed', { folder, name: 'file' })
    await seed?.announce(infohash, { seed: true })
    await downloader?.announce(infohash)
    const returned = await eventually(
      'peers that a reply has for a seed of libtorrent',
      () => theirSeed.ask<number>('announceAgain'),
      (count) => count > 0,
    )
    if (returned !== 1) throw new Error(`${returned} peers for a seed, but there is 1 downloader`)
    // What is left to read is what libtorrent stores.
    await Promise.all(ours.slice(0, 4).map((node) => node.ask('close')))
    const seen = await eventually(
      'what ours scrapes of libtorrent',
      () => (reader as TestNode).ask<Scraped>('scrape', { infohash }),
      ({ seeds, downloaders }) => Math.round(seeds) === 2 && Math.round(downloaders) === 1,
    )
    return `a seed gets ${returned} downloader of 3 peers; the scrape has ${JSON.stringify(seen)}`
  },
}
