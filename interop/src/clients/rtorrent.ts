// rTorrent, without its terminal. Version 0.9.8 misreads the peers that any DHT node
// returns (rakshasa/rtorrent#759), so it has to be found by others.

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PORT } from '../lab.ts'
import { complaintOf } from '../process/complaint.ts'
import type { DownloadClient } from './download-client.ts'

export const rtorrent: DownloadClient = {
  name: 'rtorrent',
  hasToBeFound: true,
  missing: () => complaintOf(['rtorrent', '-h'], 'rtorrent'),
  start: async (lab, { host, magnet, nodes, home, target }) => {
    const settings = join(home, 'rtorrent.rc')
    await writeFile(
      settings,
      `${[
        'system.daemon.set = true',
        `session.path.set = ${home}`,
        `directory.default.set = ${target}`,
        `network.bind_address.set = ${host.addresses[0]}`,
        `network.port_range.set = ${PORT}-${PORT}`,
        'protocol.pex.set = no',
        `dht.port.set = ${PORT}`,
        'dht.mode.set = on',
        // A torrent that starts when no DHT node is known asks the DHT again half a minute later.
        `schedule2 = know, 1, 0, "dht.add_node=${nodes[0]}:${PORT}"`,
        `schedule2 = load, 4, 0, "load.start=${magnet}"`,
      ].join('\n')}\n`,
    )
    return lab.start(host, ['rtorrent', '-n', '-o', `import=${settings}`])
  },
}
