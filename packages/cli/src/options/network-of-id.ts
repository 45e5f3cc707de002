// Reads ids, and tells by the form of an id which network it belongs to: BitTorrent's are 20 bytes
// wide and come as hex, base32 or a magnet URI; 64 hex digits are an id of dht256.

import { InvalidArgumentError } from 'commander'
import type { NetworkName, NodeSettings } from './node-options.ts'

const MAINLINE = /^(?:magnet:.*|[\da-f]{40}|[a-z2-7]{32})$/is

const DHT256 = /^[\da-f]{64}$/i

/** The id as it was given; the node reads it. */
export function parseId(text: string): string {
  if (MAINLINE.test(text) || DHT256.test(text)) return text
  throw new InvalidArgumentError('Expected 40 or 64 hex digits, base32, or a magnet URI.')
}

/** The network that the user named, else that of the id. */
export function networkOfId(id: string, { network }: Pick<NodeSettings, 'network'>): NetworkName {
  return network ?? (MAINLINE.test(id) ? 'mainline' : 'dht256')
}
