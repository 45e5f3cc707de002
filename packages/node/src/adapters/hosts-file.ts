// Reads addresses from the hosts file of the machine (hosts(5)), anew for each look-up, as the
// system does.

import { readFile } from 'node:fs/promises'
import { win32 } from 'node:path'

/** The path of the system's hosts file. */
export function hostsPath(): string {
  if (process.platform !== 'win32') return '/etc/hosts'
  const root = process.env['SystemRoot'] ?? 'C:\\Windows'
  return win32.join(root, 'System32', 'drivers', 'etc', 'hosts')
}

/** The addresses of `host` as they are written in the file; none without a file. */
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

/**
 * A list that blocks advertising has 100,000s of lines, so only the lines with the name are parsed.
 *
 * @param text - lines of an address and its names, with comments from `#` on
 * @returns in lower case
 */
export function addressesIn(text: string, host: string): string[] {
  const wanted = plainName(host)
  return linesWith(wanted, text.toLowerCase()).flatMap((line) => {
    const [address = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/)
    return names.some((name) => plainName(name) === wanted) ? [address] : []
  })
}

/** Each line of the text that contains the name, once. */
function linesWith(wanted: string, text: string): string[] {
  const lines: string[] = []
  for (let at = text.indexOf(wanted); at >= 0; ) {
    const start = text.lastIndexOf('\n', at) + 1
    const next = text.indexOf('\n', at)
    const end = next < 0 ? text.length : next
    // Some systems end lines with \r.
    lines.push(...text.slice(start, end).split('\r'))
    at = next < 0 ? -1 : text.indexOf(wanted, end + 1)
  }
  return lines
}

function plainName(name: string): string {
  return name.toLowerCase().replace(/\.$/, '')
}
