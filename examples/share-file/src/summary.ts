// What happened, as a person likes to read it: what was shared, who holds the entry and how near they
// are, what finding it took, and whether the bytes are the right ones.

import { commonPrefixLength, compareDistance, type Id, idKey, idToHex } from '@dht/id'
import { type Contact, formatEndpoint } from '@dht/krpc'
import type { DhtNode, LookupResult, RoundReport } from '@dht/node'
import prettyBytes from 'pretty-bytes'
import { urlOf } from './download.ts'
import type { Fetched } from './download-from-any.ts'
import { drawIdLine } from './id-line.ts'
import type { Colors } from './io.ts'
import type { SharedFile } from './shared-file.ts'
import { shortId } from './short-id.ts'

export interface Story {
  readonly file: SharedFile
  /** Every node of the network, publisher and reader included. */
  readonly nodes: readonly DhtNode[]
  readonly publisher: DhtNode
  readonly reader: DhtNode
  readonly report: RoundReport
  readonly found: LookupResult
  readonly fetched: Fetched
}

/** Ends in a line feed. */
export function summarize(story: Story, colors: Colors): string {
  const { file, nodes, publisher, reader, report, found, fetched } = story
  const { bold, dim, green, yellow } = colors
  const { identity } = file
  const holders = holdersOf(report.accepted, identity)
  const isHolder = (id: Id): boolean => holders.some((holder) => holder.key === idKey(id))
  const { asked, answered, hops } = found.tally
  const label = (text: string): string => dim(text.padEnd(10))
  const rounds = `${asked} questions, ${answered} answered`
  const line = drawIdLine(
    { identity, nodes: nodes.map(({ id }) => ({ id, isHolder: isHolder(id) })) },
    colors,
  )
  return [
    '',
    `${bold(file.name)}, ${prettyBytes(file.size)}, shared among ${nodes.length} nodes`,
    '',
    `${label('identity')}${yellow(idToHex(identity))}`,
    `${label('entered')}by ${shortId(publisher.id)} for port ${report.port}, ${ms(report.durationMs)}`,
    `${label('held')}by ${holders.length} nodes, nearest first`,
    ...holders.map((holder) => `  ${holderLine(holder, colors)}`),
    '',
    `${dim('00')} ${line} ${dim('ff')}`,
    `   ${yellow('◆')} ${dim('identity')}  ${green('●')} ${dim('holds the entry')}  • ${dim('other node')}`,
    '',
    `${label('found')}by ${shortId(reader.id)} in ${plural(hops, 'hop')}: ${rounds}, ${ms(found.durationMs)}`,
    `${label('fetched')}${prettyBytes(fetched.bytes)} from ${short(urlOf(fetched.from, identity))}, ${ms(fetched.durationMs)}`,
    `${label('verified')}${green('✓')} SHA-256 ${idToHex(identity)}`,
    '',
    '',
  ].join('\n')
}

interface Holder {
  readonly key: string
  readonly id: Id
  /** Leading bits that its id shares with the identity. */
  readonly bits: number
  readonly endpoints: readonly string[]
}

/** One holder may have accepted over IPv4 and over IPv6: it is one node still. */
function holdersOf(accepted: readonly Contact[], identity: Id): Holder[] {
  const byId = new Map<string, Holder>()
  for (const { id, endpoint } of accepted) {
    const key = idKey(id)
    const endpoints = [...(byId.get(key)?.endpoints ?? []), formatEndpoint(endpoint)]
    byId.set(key, { key, id, bits: commonPrefixLength(id, identity), endpoints })
  }
  return [...byId.values()].sort((a, b) => compareDistance(a.id, b.id, identity))
}

function holderLine({ id, bits, endpoints }: Holder, { cyan, dim, green }: Colors): string {
  const near = `${cyan('▪'.repeat(bits))}${dim('▫'.repeat(Math.max(0, 8 - bits)))}`
  const distance = `shares ${plural(bits, 'bit')}`.padEnd(14)
  return `${green('●')} ${shortId(id)}  ${near}  ${distance}  ${dim(endpoints.join('  '))}`
}

function plural(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}

function ms(span: number): string {
  return `${span < 10 ? span.toFixed(1) : Math.round(span)} ms`
}

/** A URL with the middle of its identity left out. */
function short(url: string): string {
  return url.replace(/([0-9a-f]{8})[0-9a-f]{48}([0-9a-f]{8})$/, '$1…$2')
}
