// The floor: Node's own dgram, which answers every datagram with one of a given length. It looks at
// nothing but the length of what it hears, and resolves no names.

import { createSocket } from 'node:dgram'
import { serve, usage } from '../serve.ts'
import { lookUpLiteral } from './loopback.ts'
import type { Mark, ServerRequest } from './protocol.ts'

const socket = createSocket({ type: 'udp4', lookup: lookUpLiteral, recvBufferSize: 4 * 1024 ** 2 })
const replies: Buffer[] = []
let sent = 0

socket.on('message', (message, { address, port }) => {
  const reply = replies[message.length]
  if (reply === undefined) return
  sent++
  socket.send(reply, 0, reply.length, port, address)
})

socket.bind(0, '127.0.0.1', () => {
  serve<ServerRequest>(socket.address(), (request) => {
    if (request.kind === 'mark') {
      return { ...usage(), replies: sent, limited: 0 } satisfies Mark
    }
    if (request.kind === 'sizes') {
      for (const [heard, length] of Object.entries(request.sizes)) {
        // Ends as a response does, for that is what the load looks for.
        replies[Number(heard)] = Buffer.concat([Buffer.alloc(length - 7), Buffer.from('1:y1:re')])
      }
    }
    return undefined
  })
})
