// WebTorrent, which has a workspace of its own because of its 150 dependencies.

import { access } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { PORT } from '../lab.ts'
import type { DownloadClient } from './download-client.ts'

const PROGRAM = fileURLToPath(new URL('../programs/webtorrent.mjs', import.meta.url))
/** @param workspace - a folder of this program in which WebTorrent may be installed */
export function folderOf(workspace: string): string {
  return fileURLToPath(new URL(`../${workspace}`, import.meta.url))
}

/** @returns why WebTorrent can't be used from there, if it can't */
export async function missingIn(workspace: string): Promise<string | undefined> {
  try {
    await access(`${folderOf(workspace)}/node_modules/webtorrent/package.json`)
    return undefined
  } catch {
    return `not installed: npx -y pnpm@12.21.0 -C interop/${workspace} install --frozen-lockfile`
  }
}

export const webtorrent: DownloadClient = {
  name: 'webtorrent',
  hasToBeFound: false,
  missing: () => missingIn('webtorrent'),
  start: async (lab, { host, magnet, nodes, target }) => {
    const node = `${nodes[0]}:${PORT}`
    const order = { workspace: folderOf('webtorrent'), node, port: PORT, folder: target, magnet }
    return lab.start(host, [process.execPath, PROGRAM, JSON.stringify(order)])
  },
}
