// Reads ids, and tells by the form of an id which network it belongs to: BitTorrent's are 20 bytes
// wide and come as hex, base32 or a magnet URI; 64 hex digits are an id of dht256.

import { InvalidArgumentError } from 'commander'
import { CommandFailure, EXIT } from '../exit.ts'
import type { NetworkName, NodeSettings } from './node-options.ts'

const MAINLINE = /^(?:magnet:.*|[\da-f]{40}|[a-z2-7]{32})$/is

const DHT256 = /^[\da-f]{64}$/i

/** The id as it was given; the node reads it. */
export function parseId(text: string): string {
  if (MAINLINE.test(text) || DHT256.test(text)) return text
  throw new InvalidArgumentError('Expected 40 or 64 hex digits, base32, or a magnet URI.')
}

/**
 * The network of the id.
 *
 * @throws {CommandFailure} when the user, or the command, names another one
 */
export function networkOfId(id: string, { network }: Pick<NodeSettings, 'network'>): NetworkName {
  const own = MAINLINE.test(id) ? 'mainline' : 'dht256'
  if (network === undefined || network === own) return own
  throw new CommandFailure(`this is an id of ${own}, and the network is ${network}`, EXIT.usage)
}
