// Reads the bootstrap list of the user: addresses become endpoints, names are looked up later. An
// item that can't work on any machine is refused here, before anything is opened.

import { addressBytes, type Endpoint, formatEndpoint, isUnicast } from '@dht/krpc'
import { endpointOnThisMachine } from '../core/overlay/this-machine.ts'
import { argumentError } from '../errors.ts'
import { type EndpointLike, toEndpoint } from './arguments.ts'

export type BootstrapItem =
  | { readonly kind: 'endpoint'; readonly text: string; readonly endpoint: Endpoint }
  | {
      readonly kind: 'name'
      readonly text: string
      readonly host: string
      readonly port: number
    }

const EXPECTED =
  '"host:port", "1.2.3.4:port", "[::1]:port" or { address, port }, with a port from 1 to 65535'

/** @throws {DhtNodeError} `ERR_DHT_NODE_ARGUMENT` naming the first item that can't be used */
export function parseBootstrap(list: readonly EndpointLike[]): readonly BootstrapItem[] {
  return Array.from(list, (item, index) => {
    try {
      return parseItem(item)
    } catch {
      throw argumentError(`bootstrap[${index}]`, EXPECTED, item)
    }
  })
}

function parseItem(item: EndpointLike): BootstrapItem {
  const named = typeof item === 'string' ? parseName(item) : undefined
  if (named !== undefined) return { kind: 'name', text: item as string, ...named }
  // The address of all interfaces becomes the loopback, so `bootstrap: other.endpoints` works for
  // another node of this machine.
  const endpoint = endpointOnThisMachine(toEndpoint(item))
  if (!isUnicast(endpoint)) throw new Error('not the address of one node')
  return { kind: 'endpoint', text: formatEndpoint(endpoint), endpoint }
}

/** @returns undefined for anything but a name with a port, also for an address */
function parseName(text: string): { readonly host: string; readonly port: number } | undefined {
  const [, host = '', digits] = /^([^:]+):([1-9]\d{0,4})$/.exec(text) ?? []
  const port = Number(digits)
  if (!isHostName(host) || addressBytes(host) !== undefined || !(port <= 65_535)) return undefined
  return { host, port }
}

/** Longest name and longest part of one (RFC 1035 §2.3.4). */
const MAX_NAME = 253
const MAX_LABEL = 63

/** Letters of any script: the resolver converts names that are not ASCII. */
const LABEL = /^[\p{L}\p{N}_](?:[\p{L}\p{M}\p{N}_-]*[\p{L}\p{M}\p{N}_])?$/u

function isHostName(host: string): boolean {
  const labels = host.replace(/\.$/, '').split('.')
  // No name ends in a part of digits only: that is an invalid address (RFC 3696 §2).
  if (host.length > MAX_NAME || /^\d+$/.test(labels.at(-1) as string)) return false
  return labels.every((label) => label.length <= MAX_LABEL && LABEL.test(label))
}
