// All scenarios, in the order in which they run.

import type { Scenario } from '../scenario.ts'
import { bittorrentDhtAndOurs } from './bittorrent-dht-and-ours.ts'
import { bothWays } from './both-ways.ts'
import { knownNode } from './known-node.ts'

export const SCENARIOS: readonly Scenario[] = [knownNode, bothWays, bittorrentDhtAndOurs]
