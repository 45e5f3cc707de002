// Resolves names with the look-up of the system, as most programs of the machine do.

import { lookup } from 'node:dns/promises'
import type { Resolver } from '../ports/resolver.ts'

/**
 * The system's own look-up (getaddrinfo), for names that only it knows: those of NSS modules, mDNS
 * (`.local`), search domains.
 *
 * A look-up can't be cancelled. Until the system gives up, it occupies one of the threads that all
 * such look-ups of the program share (half of `UV_THREADPOOL_SIZE`, two by default) and keeps the
 * process alive.
 */
export const systemLookup: Resolver = async (host) => {
  const found = await lookup(host, { all: true })
  return found.map(({ address }) => address)
}
