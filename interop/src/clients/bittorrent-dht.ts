// npm's bittorrent-dht, which is installed with this program.

import { fileURLToPath } from 'node:url'
import type { NodeClient } from './node-client.ts'

const PROGRAM = fileURLToPath(new URL('clients/bittorrent-dht-process.js', import.meta.url))

export const bittorrentDht: NodeClient = {
  name: 'bittorrent-dht',
  command: [process.execPath, PROGRAM],
  missing: async () => undefined,
}
