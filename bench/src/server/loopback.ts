// Sockets of the benchmark's own nodes: each on a loopback address of its own. Node resolves the
// host of every datagram unless told otherwise; ours are literals.

import { createSocket, type Socket } from 'node:dgram'
import type { LookupOneOptions } from 'node:dns'

type Done = (error: Error | null, address: string, family: number) => void

/** A `lookup` for IPv4 literals that answers at once. */
export function lookUpLiteral(host: string, _options: LookupOneOptions, done: Done): void {
  done(null, host, 4)
}

/** A bound socket on the address 127.`net`.x.y that belongs to `index`. */
export function openSocket(net: number, index: number): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', lookup: lookUpLiteral })
  const address = `127.${net}.${Math.floor(index / 250)}.${1 + (index % 250)}`
  return new Promise((resolve) => socket.bind(0, address, () => resolve(socket)))
}
