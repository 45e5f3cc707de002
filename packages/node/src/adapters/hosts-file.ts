// The hosts file: names that this machine knows without asking anybody (hosts(5)). Read anew for
// each look-up, as the system does.

import { readFile } from 'node:fs/promises'
import { win32 } from 'node:path'

/** Where the system keeps it. */
export function hostsPath(): string {
  if (process.platform !== 'win32') return '/etc/hosts'
  const root = process.env['SystemRoot'] ?? 'C:\\Windows'
  return win32.join(root, 'System32', 'drivers', 'etc', 'hosts')
}

/** The addresses of `host`, as they stand there; none when there is no such file. */
export async function lookupInHosts(
  host: string,
  path: string,
  signal: AbortSignal,
): Promise<string[]> {
  try {
    return addressesIn(await readFile(path, { encoding: 'utf8', signal }), host)
  } catch {
    signal.throwIfAborted()
    return []
  }
}

/** @param text - lines of an address and its names, with comments from `#` on */
export function addressesIn(text: string, host: string): string[] {
  const wanted = plainName(host)
  return text.split(/\r\n|\r|\n/).flatMap((line) => {
    const [address = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/)
    return names.some((name) => plainName(name) === wanted) ? [address] : []
  })
}

function plainName(name: string): string {
  return name.toLowerCase().replace(/\.$/, '')
}
