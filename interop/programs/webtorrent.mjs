// Runs WebTorrent as its one argument says, JSON with:
//   workspace  the folder that WebTorrent is installed for
//   node       an endpoint of the DHT, all that it knows
//   port       of its peers and its DHT
//   folder     where the torrent's files are, or go
//   magnet     what to download; without it, `seed` is the name of the file to seed
// A seed prints the info hash as `infohash <hex>`.

import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const { workspace, node, port, folder, magnet, seed } = JSON.parse(process.argv[2] ?? '{}')
const installed = createRequire(join(workspace, 'package.json')).resolve('webtorrent')
const { default: WebTorrent } = await import(pathToFileURL(installed).href)
const client = new WebTorrent({
  dht: { bootstrap: [node] },
  dhtPort: port,
  lsd: false,
  natPmp: false,
  natUpnp: false,
  torrentPort: port,
  tracker: false,
  utPex: false,
  utp: false,
})
client.on('error', (error) => {
  console.error(String(error))
  process.exitCode = 1
})
if (magnet === undefined) {
  // Without a list of trackers, WebTorrent writes its own into the torrent.
  const options = { announceList: [], private: false }
  client.seed(join(folder, seed), options, ({ infoHash }) => console.log(`infohash ${infoHash}`))
} else {
  client.add(magnet, { path: folder })
}
