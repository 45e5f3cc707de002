// Sends datagrams from its host and says what comes back.

import { createSocket } from 'node:dgram'
import { setTimeout as after } from 'node:timers/promises'
import { serve } from '../process/serve.ts'

/** Time for a reply, ms. */
const REPLY_MS = 2_000
/** Datagrams of a flood between two pauses. */
const BURST = 50

interface To {
  readonly address: string
  readonly port: number
}

/** A reply says so at its end; what else arrives are queries. */
function isReply(bytes: Buffer): boolean {
  return /1:y1:[re]e$/.test(bytes.toString('latin1'))
}

/** Sends each datagram from a port of its own. @returns the replies to each, in hex */
function exchange(order: To & { readonly datagrams: readonly string[] }): Promise<string[][]> {
  return Promise.all(
    order.datagrams.map(async (datagram) => {
      const socket = createSocket('udp4')
      const replies: string[] = []
      socket.on('message', (bytes) => {
        if (isReply(bytes)) replies.push(bytes.toString('hex'))
      })
      socket.send(Buffer.from(datagram, 'hex'), order.port, order.address)
      await after(REPLY_MS)
      socket.close()
      return replies
    }),
  )
}

/** Numbers from 0 to below 2^32, the same for the same seed (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return (mixed ^ (mixed >>> 14)) >>> 0
  }
}

/** A byte is changed, lost or added, up to four times. */
function mutated(original: Buffer, next: () => number): Buffer {
  const bytes = [...original]
  for (let times = (next() % 4) + 1; times > 0; times--) {
    const added = next() % 2 === 0 ? [] : [next() % 256]
    bytes.splice(next() % (bytes.length + 1), next() % 2, ...added)
  }
  return Buffer.from(bytes)
}

interface Flood extends To {
  readonly originals: readonly string[]
  readonly count: number
  readonly seed: number
}

/** @returns the bytes sent and received */
async function flood(order: Flood): Promise<{ sent: number; received: number }> {
  const [next, socket] = [numbers(order.seed), createSocket('udp4')]
  const originals = order.originals.map((hex) => Buffer.from(hex, 'hex'))
  const bytes = { sent: 0, received: 0 }
  socket.on('message', ({ length }) => {
    bytes.received += length
  })
  for (let each = 0; each < order.count; each++) {
    const datagram = mutated(originals[next() % originals.length] as Buffer, next)
    bytes.sent += datagram.length
    socket.send(datagram, order.port, order.address)
    if (each % BURST === 0) await after(1)
  }
  await after(REPLY_MS)
  socket.close()
  return bytes
}

serve({ exchange, flood })
