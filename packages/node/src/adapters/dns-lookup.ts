// Resolves names to addresses of one family: `localhost`, the hosts file, then DNS. It doesn't use
// the look-up of the system, which can't be cancelled and occupies one of the few threads that all
// look-ups of the program share.

import { Resolver as DnsResolver } from 'node:dns/promises'
import { addressBytes, type Family } from '@dht/krpc'
import type { Resolver } from '../ports/resolver.ts'
import { hostsPath, lookupInHosts } from './hosts-file.ts'

export interface DnsLookupOptions {
  /** DNS servers, `1.2.3.4` or `1.2.3.4:53`. Default: those of the system. */
  readonly servers?: readonly string[]
  /** Path of the hosts file. Default: the system's. */
  readonly hosts?: string
}

const LOOPBACK = { 4: '127.0.0.1', 6: '::1' } as const

/** @returns a resolver whose look-up ends when its signal is aborted */
export function dnsLookup(family: Family, options: DnsLookupOptions = {}): Resolver {
  const { servers, hosts = hostsPath() } = options
  return async (host, signal) => {
    if (isLocal(host)) return [LOOPBACK[family]]
    const known = await lookupInHosts(host, hosts, signal)
    if (known.length > 0) return known.filter((address) => isOf(family, address))
    signal.throwIfAborted()
    const dns = new DnsResolver()
    if (servers !== undefined) dns.setServers(servers)
    const cancel = (): void => dns.cancel()
    signal.addEventListener('abort', cancel, { once: true })
    try {
      return await (family === 4 ? dns.resolve4(host) : dns.resolve6(host))
    } finally {
      signal.removeEventListener('abort', cancel)
    }
  }
}

/** Names that never leave the machine (RFC 6761 §6.3). */
function isLocal(host: string): boolean {
  return /(^|\.)localhost\.?$/i.test(host)
}

function isOf(family: Family, address: string): boolean {
  return addressBytes(address)?.length === (family === 4 ? 4 : 16)
}
