// Transmission's daemon. It takes magnet links over HTTP only, so a program on its host sends them.

import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PORT } from '../lab.ts'
import { complaintOf } from '../process/complaint.ts'
import { Remote } from '../process/remote.ts'
import type { DownloadClient } from './download-client.ts'

const RPC = 'http://127.0.0.1:9091/transmission/rpc'
const HTTP = fileURLToPath(new URL('clients/http-process.js', import.meta.url))

/** What it saves of its DHT: its own id, and nodes in compact form, which it pings first. */
function savedState(addresses: readonly string[]): Buffer {
  const nodes = addresses.map((address) => {
    return Buffer.from([...address.split('.').map(Number), PORT >> 8, PORT & 255])
  })
  const parts = ['d2:id20:', randomBytes(20), `5:nodes${6 * nodes.length}:`, ...nodes, 'e']
  return Buffer.concat(parts.map((part) => Buffer.from(part as string)))
}

export const transmission: DownloadClient = {
  name: 'transmission',
  hasToBeFound: false,
  missing: () => complaintOf(['transmission-daemon', '--version'], 'transmission-daemon'),
  start: async (lab, { host, magnet, nodes, home, target }) => {
    const settings = {
      'bind-address-ipv4': host.addresses[0],
      'dht-enabled': true,
      'download-dir': target,
      'lpd-enabled': false,
      'peer-port': PORT,
      'pex-enabled': false,
      'port-forwarding-enabled': false,
      'rpc-bind-address': '127.0.0.1',
      'rpc-whitelist-enabled': false,
      'utp-enabled': false,
    }
    await writeFile(join(home, 'settings.json'), JSON.stringify(settings))
    await writeFile(join(home, 'dht.dat'), savedState(nodes))
    const daemon = lab.start(host, ['transmission-daemon', '--foreground', '--config-dir', home])
    const http = new Remote(lab.start(host, [process.execPath, HTTP]))
    const body = { method: 'torrent-add', arguments: { filename: magnet } }
    await http.ask('post', { url: RPC, body, sessionHeader: 'x-transmission-session-id' })
    return daemon
  },
}
