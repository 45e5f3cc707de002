// Resolves host names with the system's own function, as most programs do.

import { lookup } from 'node:dns/promises'
import type { Resolver } from '../ports/resolver.ts'

/**
 * Resolves names with `getaddrinfo`. Use it for names that only the system knows: names from NSS
 * modules, mDNS (`.local`) or search domains.
 *
 * A call can't be cancelled. Until the system gives up, the call keeps the process alive and
 * occupies a thread. All calls in the program share few threads: half of `UV_THREADPOOL_SIZE`, two
 * by default.
 */
export const systemLookup: Resolver = async (host) => {
  const found = await lookup(host, { all: true })
  return found.map(({ address }) => address)
}
