// Programs that a user of the published packages might write. They are text, because they run in an
// empty project.

/**
 * Imports every entry point; each must have public names. Only the package that stands in for
 * another one has a default, as that one.
 */
export function useAll(/** @type {readonly string[]} */ entries) {
  return `
    for (const entry of ${JSON.stringify(entries)}) {
      const names = Object.keys(await import(entry))
      if (names.length === 0) throw new Error(entry + ' exports nothing')
      const hasDefault = entry === '@dht/bittorrent-dht'
      if (names.includes('default') !== hasDefault) throw new Error(entry + ': wrong default export')
    }
  `
}

/** Fills a routing table of the user's own contacts and finds the nearest. */
export const oneContactSearch = `
  import { RoutingTable } from '@dht/routing-table'
  import { idFromBytes } from '@dht/id'

  const idOf = (byte) => idFromBytes(Uint8Array.of(byte))
  const table = new RoutingTable(idOf(0))
  for (const byte of [0x01, 0x80, 0xf0]) {
    const { kind } = table.responded({ id: idOf(byte), name: 'n' + byte }, 1000)
    if (kind !== 'added') throw new Error('expected added, got ' + kind)
  }
  const [first, ...rest] = table.closest(idOf(0xf1), 2)
  if (first?.name !== 'n240' || rest.length !== 1) throw new Error('wrong contacts found')
`
