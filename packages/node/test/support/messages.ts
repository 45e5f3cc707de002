// Decoded datagrams. Each is decoded once however often it is read, because sent bytes do not
// change.

import { decodeMessage, type Malformed, type Message, type Network } from '@dht/krpc'

interface Read {
  readonly network: Network
  readonly message: Message | Malformed
}

const read = new WeakMap<Uint8Array, Read>()

/** As `decodeMessage`, of bytes that do not change any more. */
export function messageOf(bytes: Uint8Array, network: Network): Message | Malformed {
  const known = read.get(bytes)
  if (known?.network === network) return known.message
  const message = decodeMessage(bytes, network)
  read.set(bytes, { network, message })
  return message
}
