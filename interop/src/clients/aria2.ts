// aria2.

import { join } from 'node:path'
import { PORT } from '../lab.ts'
import { complaintOf } from '../process/complaint.ts'
import type { DownloadClient } from './download-client.ts'

export const aria2: DownloadClient = {
  name: 'aria2',
  hasToBeFound: false,
  missing: () => complaintOf(['aria2c', '--version'], 'aria2'),
  start: async (lab, { host, magnet, nodes, home, target }) => {
    const options = {
      dir: target,
      interface: host.addresses[0],
      'listen-port': PORT,
      'enable-dht': true,
      'dht-listen-port': PORT,
      'dht-entry-point': `${nodes[0]}:${PORT}`,
      'dht-file-path': join(home, 'dht.dat'),
      'bt-enable-lpd': false,
      'enable-peer-exchange': false,
      'seed-time': 0,
    }
    const args = Object.entries(options).map(([name, value]) => `--${name}=${value}`)
    return lab.start(host, ['aria2c', '--no-conf', ...args, magnet])
  },
}
