// A client downloads what a magnet link names. The only peer is a seed of libtorrent; client and
// seed know nodes of ours and nothing else.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { aria2 } from '../clients/aria2.ts'
import type { DownloadClient } from '../clients/download-client.ts'
import { libtorrent } from '../clients/libtorrent.ts'
import { rtorrent } from '../clients/rtorrent.ts'
import { transmission } from '../clients/transmission.ts'
import { webtorrent } from '../clients/webtorrent.ts'
import { eventually } from '../eventually.ts'
import { ipv4Of } from '../network/addresses.ts'
import type { Scenario } from '../scenario.ts'
import { NAME, SIZE, startSeed } from './seed.ts'
import { settledNetwork } from './settled-network.ts'

/** Transmission announces nothing before it knows nine nodes. */
const NODES = 12
const CLIENT = ipv4Of(101)
/** Time between two announcements of the seed, if it has to find the client; ms. */
const SEEK_MS = 3_000

function download(client: DownloadClient): Scenario {
  return {
    name: `${client.name} downloads a magnet link`,
    needs: [libtorrent, client],
    run: async (lab) => {
      const ourNodes = await settledNetwork(lab, NODES)
      const seed = await startSeed(lab, ourNodes[0]?.endpoints ?? [])
      const host = await lab.host([CLIENT])
      const [home, target] = [await lab.folder(), await lab.folder()]
      const nodes = ourNodes.map((_, which) => ipv4Of(which))
      const beganAt = performance.now()
      const program = await client.start(lab, { host, magnet: seed.magnet, nodes, home, target })
      const seeking = setInterval(() => {
        if (client.hasToBeFound) seed.node.ask('announceAgain').catch(() => {})
      }, SEEK_MS)
      await eventually(
        `what ${client.name} has`,
        async () => {
          const file = await readFile(join(target, NAME)).catch(() => Buffer.alloc(0))
          const { output, hasEnded } = program
          return { isWhole: file.equals(seed.content), bytes: file.length, hasEnded, output }
        },
        ({ isWhole }) => isWhole,
      ).finally(() => clearInterval(seeking))
      const seconds = (performance.now() - beganAt) / 1_000
      const by = client.hasToBeFound ? ', found by the seed' : ''
      return `${SIZE / 1_000} kB, ${seconds.toFixed(1)} s after its start${by}`
    },
  }
}

export const downloads: readonly Scenario[] = [aria2, transmission, rtorrent, webtorrent].map(
  download,
)
