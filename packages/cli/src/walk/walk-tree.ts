// The walk of a lookup as a tree in text: below each node those that it was the first to tell of.

import { formatEndpoint } from '@dht/node'
import type picocolors from 'picocolors'
import { countText } from '../output/text.ts'
import { aboutText, fateText } from './fate-text.ts'
import type { Walk, WalkNode, WalkQuery } from './walk.ts'

export type Colors = ReturnType<typeof picocolors.createColors>

interface Row {
  /** The branch and the node. */
  readonly name: string
  /** The branches that go on below it. */
  readonly stem?: string
  readonly node?: WalkNode
  /** In place of a node. */
  readonly note?: string
}

/** Lines without line feeds: a head, and one for each query. */
export function walkTree(walk: Walk, colors: Colors): readonly string[] {
  const rows = rowsOf(walk.roots, { walk, indent: '' })
  const width = Math.max(0, ...rows.filter(({ node }) => node).map(({ name }) => name.length))
  return [headOf(walk, colors), ...rows.flatMap((row) => linesOf(row, width, colors))]
}

function headOf(walk: Walk, { bold }: Colors): string {
  const { family, target, purpose } = walk.lookup
  const what = purpose === 'user' ? 'to' : `(${purpose}) to`
  const { fates } = walk
  const responded = fates.filter(({ kind }) => kind === 'responded').length
  const counts = `${responded} of ${fates.length} responded`
  const reasons = walk.end?.incompleteReasons ?? []
  const state = walk.end === undefined ? ', in progress' : ', * nearest'
  const missed = reasons.length === 0 ? '' : `, incomplete: ${reasons.join(', ')}`
  return `${bold(`IPv${family} ${what} ${target.slice(0, 8)}`)}: ${counts}${state}${missed}`
}

interface Place {
  readonly walk: Walk
  readonly indent: string
}

function rowsOf(nodes: readonly WalkNode[], { walk, indent }: Place): readonly Row[] {
  const queried = nodes.filter(({ queries }) => queries.length > 0)
  const notes = skippedText(nodes, walk)
  const rows = queried.flatMap((node, at): readonly Row[] => {
    const isLast = at === queried.length - 1 && notes === undefined
    const { contact } = node
    const branch = `${indent}${isLast ? '└─' : '├─'}`
    const name = `${branch} ${contact.id.slice(0, 8)} ${formatEndpoint(contact)}`
    const below = { walk, indent: `${indent}${isLast ? '   ' : '│  '}` }
    const stem = node.told.length > 0 ? `${below.indent}│` : below.indent
    return [{ name, stem, node }, ...rowsOf(node.told, below)]
  })
  return notes === undefined ? rows : [...rows, { name: `${indent}└─ `, note: notes }]
}

/** What was told and never queried, and why. */
function skippedText(nodes: readonly WalkNode[], { end }: Walk): string | undefined {
  const skipped = nodes.filter(({ queries }) => queries.length === 0)
  if (skipped.length === 0) return undefined
  if (end === undefined) return `${skipped.length} not queried yet`
  const farther = skipped.filter(({ isFarther }) => isFarther).length
  const rest = skipped.length - farther
  const texts = [
    ...(farther > 0 ? [`${farther} not needed: farther than the nearest`] : []),
    ...(rest > 0 ? [`${rest} not queried: the lookup had ended`] : []),
  ]
  return texts.join(', ')
}

function linesOf(
  { name, stem = '', node, note = '' }: Row,
  width: number,
  colors: Colors,
): string[] {
  if (node === undefined) return [colors.dim(`${name}${note}`)]
  const { queries, sharedBits, isNearest } = node
  const bits = `${countText(sharedBits, 'bit')} `.padStart(8)
  const mark = isNearest ? ' *' : ''
  return queries.map((query, at) => {
    const text = queryText(query, colors)
    if (at === 0) return `${name.padEnd(width)} ${colors.dim(bits)} ${text}${mark}`
    return `${stem.padEnd(width)} ${''.padStart(bits.length)} ${text}`
  })
}

function queryText(query: WalkQuery, colors: Colors): string {
  const about = aboutText(query)
  const text = colorOf(query, colors)(fateText(query.fate))
  return about === '' ? text : `${about}: ${text}`
}

function colorOf({ fate }: WalkQuery, { green, red, yellow }: Colors): (text: string) => string {
  if (fate.kind === 'responded') return green
  return fate.kind === 'failed' ? red : yellow
}
