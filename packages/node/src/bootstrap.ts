// The bootstrap list, from text to endpoints. Names are resolved here, outside the core; whatever
// is dead or absurd becomes a warning and never an error (BOOT-1).

import { lookup } from 'node:dns/promises'
import { addressBytes, type Endpoint, endpoint, parseEndpoint } from '@dht/krpc'
import { type EndpointLike, toEndpoint } from './arguments.ts'
import { nearby } from './core/nearby.ts'
import type { Resolver } from './ports/resolver.ts'
import type { Warn } from './warnings.ts'

/** The names service of the machine. */
export const systemResolver: Resolver = async (host) => {
  const found = await lookup(host, { all: true })
  return found.map(({ address }) => address)
}

/**
 * Never rejects.
 *
 * @param list - `host:port`, `1.2.3.4:port`, `[::1]:port`, or endpoints
 * @param warn - told of every entry that leads nowhere
 */
export async function resolveBootstrap(
  list: readonly (string | EndpointLike)[],
  resolver: Resolver,
  warn: Warn,
): Promise<Endpoint[]> {
  const found = await Promise.all(
    list.map(async (entry, index) => {
      try {
        return typeof entry === 'string' ? await resolveText(entry, resolver) : [toEndpoint(entry)]
      } catch (cause) {
        warn(
          'DHT_BOOTSTRAP_NAME',
          `bootstrap ${typeof entry === 'string' ? entry : `entry ${index}`} leads nowhere`,
          cause,
        )
        return []
      }
    }),
  )
  // A node that listens everywhere is on this machine: `bootstrap: other.endpoints` works.
  return found.flat().map(nearby)
}

async function resolveText(text: string, resolver: Resolver): Promise<Endpoint[]> {
  const [, host, port] = /^([^[\]:]+):(\d{1,5})$/.exec(text) ?? []
  if (host === undefined || addressBytes(host) !== undefined) return [parseEndpoint(text)]
  const addresses = await resolver(host)
  // What is no plain address (an IPv6 one with a zone, say) is of no use here.
  const usable = addresses.filter((address) => addressBytes(address) !== undefined)
  if (usable.length === 0) throw new TypeError(`${host} has no address`)
  return usable.map((address) => endpoint(address, Number(port)))
}
