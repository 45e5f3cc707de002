// Reads addresses from the hosts file of the machine (hosts(5)). The file is read again for each
// look-up, as the system does, so a change takes effect at once.

import { readFile } from 'node:fs/promises'
import { win32 } from 'node:path'

/** The path of the system's hosts file. */
export function hostsPath(): string {
  if (process.platform !== 'win32') return '/etc/hosts'
  const root = process.env['SystemRoot'] ?? 'C:\\Windows'
  return win32.join(root, 'System32', 'drivers', 'etc', 'hosts')
}

/** The addresses of `host` in the file. An empty list when the file can't be read. */
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
 * The addresses of `host` in the text of a hosts file.
 *
 * A hosts file that blocks advertising has hundreds of thousands of lines, so this parses only the
 * lines that contain the name.
 *
 * @param text - each line has an address and its names; a comment starts at `#`
 * @returns the addresses in lower case, of both families
 */
export function addressesIn(text: string, host: string): string[] {
  const wanted = plainName(host)
  return linesContaining(wanted, text.toLowerCase()).flatMap((line) => {
    const [address = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/)
    return names.some((name) => plainName(name) === wanted) ? [address] : []
  })
}

/** The lines that contain the name anywhere, also in a comment or inside a longer name. */
function linesContaining(wanted: string, text: string): string[] {
  const lines: string[] = []
  for (let at = text.indexOf(wanted); at >= 0; ) {
    const start = text.lastIndexOf('\n', at) + 1
    const next = text.indexOf('\n', at)
    const end = next < 0 ? text.length : next
    // A line may also end with \r\n, or with \r alone.
    lines.push(...text.slice(start, end).split('\r'))
    at = next < 0 ? -1 : text.indexOf(wanted, end + 1)
  }
  return lines
}

/** The name in lower case, without the final dot of a fully qualified name. */
function plainName(name: string): string {
  return name.toLowerCase().replace(/\.$/, '')
}
