// The example `magnet` prints a seed of libtorrent and the name of its torrent.

import { fileURLToPath } from 'node:url'
import { libtorrent } from '../clients/libtorrent.ts'
import type { TestNode } from '../clients/node-client.ts'
import { ipv4Of } from '../network/addresses.ts'
import type { Scenario } from '../scenario.ts'
import { expectFound, NAME, startSeed } from './seed.ts'
import { settledNetwork } from './settled-network.ts'

const EXAMPLE = fileURLToPath(new URL('../../examples/magnet/dist/main.js', import.meta.url))

export const exampleMagnet: Scenario = {
  name: 'the example magnet reads the metadata of libtorrent',
  needs: [libtorrent],
  run: async (lab) => {
    const [first] = (await settledNetwork(lab, 4)) as readonly [TestNode]
    const { endpoints: bootstrap } = first
    const seed = await startSeed(lab, bootstrap)
    const host = await lab.host([ipv4Of(101)])
    const options = ['--metadata', '--bootstrap', bootstrap[0] as string]
    await expectFound(seed, first)
    const program = lab.start(host, [process.execPath, EXAMPLE, ...options, seed.magnet])
    await program.closed
    const { output } = program
    const [endpoint] = seed.node.endpoints
    if (!output.includes(`${endpoint}\nname: ${NAME}\n`)) throw new Error(`it printed: ${output}`)
    return 'prints the endpoint of the seed and the name of its torrent'
  },
}
