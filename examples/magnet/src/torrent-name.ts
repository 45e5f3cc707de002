// Fetches the metadata of a torrent from a peer (BEP 9) and reads the name in it. The extension
// checks the metadata against the info hash.

import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import bencode from 'bencode'
import Wire from 'bittorrent-protocol'
import utMetadata from 'ut_metadata'

/** Time that a peer has, ms. */
const LIMIT_MS = 10_000

export interface Peer {
  readonly address: string
  readonly port: number
}

/** @throws when the peer can't be reached, has no metadata, or is too slow */
export async function torrentName({ address, port }: Peer, infohash: string): Promise<string> {
  const socket = connect(port, address)
  try {
    return await new Promise<string>((resolve, reject) => {
      const wire = new Wire()
      wire.use(utMetadata())
      wire.ut_metadata.on('metadata', (metadata) => resolve(nameIn(metadata)))
      wire.ut_metadata.on('warning', reject)
      wire.on('error', reject)
      wire.on('handshake', () => wire.ut_metadata.fetch())
      socket.on('error', reject)
      socket.on('close', () => reject(new Error('the peer closed the connection')))
      socket.setTimeout(LIMIT_MS, () => reject(new Error('the peer is too slow')))
      socket.pipe(wire).pipe(socket)
      wire.handshake(infohash, randomBytes(20).toString('hex'))
    })
  } finally {
    socket.destroy()
  }
}

function nameIn(metadata: Uint8Array): string {
  const { info } = bencode.decode(metadata) as { info: { name: Uint8Array } }
  return Buffer.from(info.name).toString()
}
