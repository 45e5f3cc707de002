// Two WebTorrent clients share a file. They know of each other by @dht/bittorrent-dht alone, which
// stands in for the DHT that WebTorrent depends on.

import { fileURLToPath } from 'node:url'
import { folderOf, missingIn } from '../clients/webtorrent.ts'
import type { Scenario } from '../scenario.ts'

const PROGRAM = fileURLToPath(
  new URL('../../packages/bittorrent-dht/test/webtorrent-pair.mjs', import.meta.url),
)
/** A folder in which WebTorrent is installed with our package in place of its own. */
const FOLDER = 'webtorrent-drop-in'

export const webtorrentPair: Scenario = {
  name: 'two WebTorrent clients share a file by @dht/bittorrent-dht',
  needs: [{ name: 'WebTorrent 3', missing: () => missingIn(FOLDER) }],
  run: async (lab) => {
    const host = await lab.host([])
    const program = lab.start(host, [process.execPath, PROGRAM, folderOf(FOLDER)])
    await program.closed
    const report = program.output.split('\n').find((line) => line.startsWith('{'))
    if (report === undefined) throw new Error(program.output)
    const { isSame, bytes, downloadMs } = JSON.parse(report)
    if (isSame !== true) throw new Error(report)
    return `${bytes} bytes in ${downloadMs} ms, the search included`
  },
}
