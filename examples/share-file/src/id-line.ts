// The id space drawn as one line, from 00… on the left to ff… on the right. What looks near on the
// line is often near by XOR, so the nodes that store an announcement are close to its identity.

import type { Id } from '@dht/id'
import type { Colors } from './io.ts'

const CELLS = 64

export interface IdLine {
  readonly identity: Id
  readonly nodes: readonly { readonly id: Id; readonly isHolder: boolean }[]
}

/** The line: `◆` the identity, `●` a holder, `•` another node, `·` nobody. */
export function drawIdLine({ identity, nodes }: IdLine, colors: Colors): string {
  const cells = Array.from({ length: CELLS }, () => colors.dim('·'))
  // Holders last: in a cell shared with others they are seen.
  for (const { id, isHolder } of nodes.toSorted(
    (a, b) => Number(a.isHolder) - Number(b.isHolder),
  )) {
    cells[cellOf(id)] = isHolder ? colors.green('●') : '•'
  }
  cells[cellOf(identity)] = colors.yellow('◆')
  return cells.join('')
}

/** The line has 64 cells, one for each value of an id's first six bits. */
function cellOf(id: Id): number {
  return (id[0] as number) >> 2
}
