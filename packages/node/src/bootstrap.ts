// The bootstrap list, from text to endpoints. Names are resolved here, outside the core; whatever is
// dead or absurd becomes a warning and never an error (BOOT-1).

import { lookup } from 'node:dns/promises'
import { type Endpoint, endpoint, parseEndpoint } from '@dht/krpc'
import type { Resolver } from './ports/resolver.ts'

/** The names service of the machine. */
export const systemResolver: Resolver = async (host) => {
  const found = await lookup(host, { all: true })
  return found.map(({ address }) => address)
}

/**
 * @param list - `host:port`, `1.2.3.4:port`, `[::1]:port`, or endpoints
 * @param warn - told of every entry that leads nowhere
 */
export async function resolveBootstrap(
  list: readonly (string | Endpoint)[],
  resolver: Resolver,
  warn: (message: string, cause: unknown) => void,
): Promise<Endpoint[]> {
  const found = await Promise.all(
    list.map(async (entry) => {
      try {
        return typeof entry === 'string'
          ? await resolveEntry(entry, resolver)
          : [endpoint(entry.address, entry.port)]
      } catch (cause) {
        warn(
          `bootstrap ${typeof entry === 'string' ? entry : JSON.stringify(entry)} leads nowhere`,
          cause,
        )
        return []
      }
    }),
  )
  return found.flat()
}

async function resolveEntry(text: string, resolver: Resolver): Promise<Endpoint[]> {
  const literal = parsed(text)
  if (literal !== undefined) return [literal]
  const colon = text.lastIndexOf(':')
  const [host, port] = [text.slice(0, colon), text.slice(colon + 1)]
  if (colon < 1 || !/^\d{1,5}$/.test(port)) throw new TypeError(`expected host:port, got ${text}`)
  const addresses = await resolver(host)
  return addresses.map((address) => endpoint(address, Number(port)))
}

function parsed(text: string): Endpoint | undefined {
  try {
    return parseEndpoint(text)
  } catch {
    return undefined
  }
}
