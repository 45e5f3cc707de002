// Prints the peers of a magnet link as they are found; with `--metadata` also the torrent's name,
// which the first peer that has it sends.

import { parseArgs } from 'node:util'
import { createNode, formatEndpoint, mainline } from '@dht/node'
import parseMagnet from 'magnet-uri'
import { torrentName } from './torrent-name.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    bootstrap: { type: 'string', multiple: true },
    metadata: { type: 'boolean', default: false },
  },
})
const { infoHash } = parseMagnet(positionals[0] ?? '')
if (infoHash === undefined) {
  console.error('usage: main.js [--metadata] [--bootstrap host:port] <magnet link>')
  process.exit(2)
}

const { bootstrap } = values
const node = await createNode({
  network: mainline,
  port: 0,
  ...(bootstrap === undefined ? {} : { bootstrap }),
})
const lookup = node.getPeers(infoHash, { mode: 'all' })
let name: string | undefined
for await (const peer of lookup) {
  console.log(formatEndpoint(peer))
  if (values.metadata && name === undefined) {
    name = await torrentName(peer, infoHash).catch(() => undefined)
    if (name !== undefined) console.log(`name: ${name}`)
  }
}
const { endpoints } = await lookup
console.log(`peers: ${endpoints.length}`)
if (values.metadata && name === undefined) {
  console.error('no peer sent the name')
  process.exitCode = 1
}
await node.close()
