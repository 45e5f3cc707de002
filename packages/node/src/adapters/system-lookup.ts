// Names to addresses as every other program of the machine finds them.

import { lookup } from 'node:dns/promises'
import type { Resolver } from '../ports/resolver.ts'

/**
 * The system's own look-up (getaddrinfo), for names that only it knows: those of NSS modules, mDNS
 * (`.local`), search domains.
 *
 * Its cost: a look-up can't be cancelled, and takes one of the threads that all file and name
 * operations of the program share (four, unless `UV_THREADPOOL_SIZE` says otherwise) until the
 * system gives up. It keeps the process alive for so long.
 */
export const systemLookup: Resolver = async (host) => {
  const found = await lookup(host, { all: true })
  return found.map(({ address }) => address)
}
