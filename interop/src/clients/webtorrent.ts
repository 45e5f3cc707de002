// WebTorrent, which has a workspace of its own because of its 150 dependencies.

import { access } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { PORT } from '../lab.ts'
import type { DownloadClient } from './download-client.ts'

const PROGRAM = fileURLToPath(new URL('../programs/webtorrent.mjs', import.meta.url))
const WORKSPACE = fileURLToPath(new URL('../webtorrent', import.meta.url))

export const webtorrent: DownloadClient = {
  name: 'webtorrent',
  hasToBeFound: false,
  missing: async () => {
    try {
      await access(`${WORKSPACE}/node_modules/webtorrent/package.json`)
      return undefined
    } catch {
      return 'not installed: npx -y pnpm@12.21.0 -C interop/webtorrent install --frozen-lockfile'
    }
  },
  start: async (lab, { host, magnet, nodes, target }) => {
    const node = `${nodes[0]}:${PORT}`
    const order = { workspace: WORKSPACE, node, port: PORT, folder: target, magnet }
    return lab.start(host, [process.execPath, PROGRAM, JSON.stringify(order)])
  },
}
