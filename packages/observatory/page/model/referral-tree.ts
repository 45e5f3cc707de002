// Which node reported which contact in a lookup, as rows of an indented tree in display order:
// starting contacts first, and below each contact those that it was the first to tell. Contacts
// that were never queried and have told nobody are gathered in one row for each teller, because
// there are many.

import { hierarchy } from 'd3-hierarchy'
import type { LookupRow } from './lookup-row.ts'
import type { LookupView } from './lookup-view.ts'

export interface ReferralNode {
  readonly row: LookupRow
  /** Levels below the starting contacts, from 0. */
  readonly depth: number
  /** Contacts told by it that were never queried, when they are gathered. */
  readonly gathered: number
  /** For each level from 1 to `depth`, whether a line goes on below this row. */
  readonly lines: readonly boolean[]
}

interface Branch {
  readonly row: LookupRow | undefined
  readonly children: Branch[]
  gathered: number
}

/** @param withUnqueried - show contacts that were never queried as rows of their own */
export function referralTree(view: LookupView, withUnqueried: boolean): ReferralNode[] {
  const root: Branch = { row: undefined, children: [], gathered: 0 }
  const branches = new Map<string, Branch>()
  for (const row of view.rows) {
    const teller = (row.toldBy === undefined ? undefined : branches.get(row.toldBy)) ?? root
    if (row.queriedAt === undefined && !withUnqueried) {
      teller.gathered++
      continue
    }
    const branch: Branch = { row, children: [], gathered: 0 }
    branches.set(row.key, branch)
    teller.children.push(branch)
  }
  return flat(root)
}

function flat(root: Branch): ReferralNode[] {
  const nodes: ReferralNode[] = []
  // Numbers of queries are small and bounded, and so is the depth.
  hierarchy(root, ({ children }) => children)
    .sort((a, b) => (a.data.row?.queriedAt ?? Infinity) - (b.data.row?.queriedAt ?? Infinity))
    .eachBefore((node) => {
      const { row, gathered } = node.data
      if (row === undefined) return
      const lines = node
        .ancestors()
        .slice(0, -2)
        .map((each) => each.parent?.children?.at(-1) !== each)
        .reverse()
      nodes.push({ row, depth: node.depth - 1, gathered, lines })
    })
  return nodes
}

/** The keys from a contact back to the starting contact that led to it. */
export function pathTo(view: LookupView, key: string): readonly string[] {
  const path: string[] = []
  let row = view.byKey.get(key)
  while (row !== undefined && !path.includes(row.key)) {
    path.push(row.key)
    row = row.toldBy === undefined ? undefined : view.byKey.get(row.toldBy)
  }
  return path
}
