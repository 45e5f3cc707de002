// The DHT of WebTorrent, as its users get it. It does not count what it sends, so that is done
// here.

import { Socket } from 'node:dgram'
import { Client } from 'bittorrent-dht'
import { initOf, serve, usage } from '../serve.ts'
import type { Mark, ServerRequest } from './protocol.ts'

const { id } = initOf<{ readonly id: string }>()
let sent = 0
const { send } = Socket.prototype
Socket.prototype.send = function countedSend(this: Socket, ...datagram: unknown[]): void {
  sent++
  Reflect.apply(send, this, datagram)
}
const dht = new Client({ nodeId: id, bootstrap: false })

dht.on('error', (error) => {
  throw error
})
dht.listen(0, '127.0.0.1', () => {
  serve<ServerRequest>(dht.address(), async (request) => {
    switch (request.kind) {
      case 'mark':
        return { ...usage(), replies: sent, limited: 0 } satisfies Mark
      case 'meet':
        for (const { address: host, port } of request.places) {
          dht.addNode({ host, port })
          await new Promise((done) => setTimeout(done, 2))
        }
        return undefined
      case 'contacts':
        return dht.nodes.count()
      default:
        return undefined
    }
  })
})
