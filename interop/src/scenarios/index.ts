// All scenarios, in the order in which they run.

import type { Scenario } from '../scenario.ts'
import { bittorrentDhtAndOurs } from './bittorrent-dht-and-ours.ts'
import { bothWays } from './both-ways.ts'
import { crowdedTables } from './crowded-tables.ts'
import { downloads } from './download.ts'
import { exampleMagnet } from './example-magnet.ts'
import { hostileDatagrams } from './hostile-datagrams.ts'
import { items } from './items.ts'
import { knownNode } from './known-node.ts'
import { lanCommand } from './lan-command.ts'
import { lanHostile } from './lan-hostile.ts'
import { lanOneHost, lanTwoHosts } from './lan-nodes.ts'
import { mixedNetworks } from './mixed-network.ts'
import { samples } from './samples.ts'
import { scrape } from './scrape.ts'
import { shells } from './shells.ts'
import { webtorrentPair } from './webtorrent-pair.ts'

export const SCENARIOS: readonly Scenario[] = [
  knownNode,
  ...mixedNetworks,
  bothWays,
  items,
  samples,
  scrape,
  bittorrentDhtAndOurs,
  ...downloads,
  webtorrentPair,
  exampleMagnet,
  lanOneHost,
  lanTwoHosts,
  lanCommand,
  lanHostile,
  ...shells,
  hostileDatagrams,
  crowdedTables,
]
