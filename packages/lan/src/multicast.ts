// Sends and receives datagrams of multicast DNS on one interface. This is the part of
// `multicast-dns` that this package uses.

import { createSocket } from 'node:dgram'
import makeMdns from 'multicast-dns'
import { guardMessages } from './guard-messages.ts'
import type { DnsRecord } from './service-records.ts'

export interface MulticastPacket {
  readonly type?: 'query' | 'response' | undefined
  readonly questions?: readonly { readonly name: string; readonly type: string }[] | undefined
  readonly answers?: readonly DnsRecord[] | undefined
  readonly additionals?: readonly DnsRecord[] | undefined
}

/** Where a datagram came from. */
export interface Sender {
  readonly address: string
  readonly port: number
}

export interface MulticastListener {
  packet(packet: MulticastPacket, from: Sender): void
  /** @param cause - a datagram that can't be read, or a socket that can't do something now */
  warning(cause: Error): void
  /** The socket can't be opened. */
  failed(cause: Error): void
}

export interface Multicast {
  send(packet: MulticastPacket): void
  /** Resolves when the socket is closed, after what was given to `send` has left. */
  close(): Promise<void>
}

export type OpenMulticast = (address: string, listener: MulticastListener) => Multicast

/** @param address - IPv4 address of the interface */
export const openMulticast: OpenMulticast = (address, listener) => {
  // Bound to all addresses, because a socket that is bound to one receives no multicast on Linux.
  const socket = createSocket({ type: 'udp4', reuseAddr: true })
  const mdns = makeMdns({ socket, interface: address, bind: '0.0.0.0' })
  guardMessages(socket)
  mdns.on('packet', (packet: MulticastPacket, from: Sender) => listener.packet(packet, from))
  mdns.on('warning', (cause) => listener.warning(cause))
  mdns.on('error', (cause) => listener.failed(cause))
  let sending: Promise<unknown> = Promise.resolve()
  return {
    send: (packet) => {
      sending = new Promise<void>((resolve) => {
        const done = (cause?: Error | null): void => {
          if (cause) listener.warning(cause)
          resolve()
        }
        if (packet.type === 'query') mdns.query({ ...packet } as makeMdns.QueryOutgoingPacket, done)
        else mdns.respond({ ...packet } as makeMdns.ResponseOutgoingPacket, done)
      })
    },
    close: async () => {
      await sending
      await new Promise<void>((resolve) => mdns.destroy(() => resolve()))
    },
  }
}
