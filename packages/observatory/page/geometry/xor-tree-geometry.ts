// The whole XOR tree as a picture: all contacts and the own id as leaves in the order of their ids,
// depth downwards, and the path to the own id. Each bucket is one stretch of the leaves.

import type { Member } from '../../src/protocol.ts'
import type { TableView } from '../model/table-view.ts'
import { prefixTree } from './prefix-tree.ts'

export interface XorTreeGeometry {
  readonly edges: readonly Edge[]
  readonly leaves: readonly Leaf[]
  readonly bands: readonly Band[]
  /** Distance between two leaves. */
  readonly step: number
  readonly own: { readonly x: number; readonly y: number }
}

export interface Edge {
  readonly x1: number
  readonly y1: number
  readonly x2: number
  readonly y2: number
  /** The bit of this edge, if it is on the path to the own id. */
  readonly ownBit?: 0 | 1
}

export interface Leaf {
  readonly member: Member
  readonly x: number
  readonly y: number
}

/** The leaves of one bucket. */
export interface Band {
  readonly bucket: number
  readonly left: number
  readonly right: number
}

export interface XorTreeSize {
  readonly width: number
  readonly height: number
}

const MARGIN = 10
const BOTTOM = 26

export function xorTreeGeometry(table: TableView, size: XorTreeSize): XorTreeGeometry {
  const members = table.buckets.flatMap((bucket) => bucket.members())
  const ids = [...members.map(({ id }) => id), table.id]
  const { order, forks } = prefixTree(ids)
  const ownLine = order.indexOf(ids.length - 1)
  const step = (size.width - 2 * MARGIN) / ids.length
  const deepest = forks.reduce((most, { depth }) => Math.max(most, depth + 1), 1)
  const xOf = (line: number): number => MARGIN + (line + 0.5) * step
  const yOf = (depth: number): number => {
    return MARGIN + (depth / deepest) * (size.height - MARGIN - BOTTOM)
  }
  const depths = new Array<number>(ids.length).fill(0)
  const edges: Edge[] = []
  for (const { depth, from, to, middle, line, zero, one } of forks) {
    for (const [bit, branch] of [zero, one].entries()) {
      if (branch.depth === undefined) depths[branch.line] = depth + 1
      const start = bit === 0 ? from : middle
      const end = bit === 0 ? middle : to
      edges.push({
        x1: xOf(line),
        y1: yOf(depth),
        x2: xOf(branch.line),
        y2: yOf(branch.depth ?? depth + 1),
        ...(ownLine >= start && ownLine < end && { ownBit: bit as 0 | 1 }),
      })
    }
  }
  const lines = new Map(order.map((index, line) => [ids[index] as string, line]))
  const leaves = members.map((member) => {
    const line = lines.get(member.id) as number
    return { member, x: xOf(line), y: yOf(depths[line] as number) }
  })
  const own = { x: xOf(ownLine), y: yOf(depths[ownLine] as number) }
  return { edges, leaves, bands: bandsOf(table, { lines, xOf, step }), step, own }
}

interface Lines {
  readonly lines: ReadonlyMap<string, number>
  readonly xOf: (line: number) => number
  readonly step: number
}

function bandsOf(table: TableView, { lines, xOf, step }: Lines): Band[] {
  return table.buckets.flatMap((bucket, index) => {
    const own = bucket.head.isOwn ? [lines.get(table.id) as number] : []
    const places = [...bucket.members().map(({ id }) => lines.get(id) as number), ...own]
    if (places.length === 0) return []
    const first = places.reduce((least, line) => Math.min(least, line), Number.POSITIVE_INFINITY)
    const last = places.reduce((most, line) => Math.max(most, line), 0)
    return [{ bucket: index, left: xOf(first) - step / 2, right: xOf(last) + step / 2 }]
  })
}
