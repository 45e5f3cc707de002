// The summary for people: what was shared, which nodes store the announcement and how near
// they are, what finding it took, and whether the bytes are the right ones.

import { commonPrefixLength, compareDistance, type Id, idFromHex, idToHex } from '@dht/id'
import { formatEndpoint } from '@dht/krpc'
import type { Contact, DhtNode, LookupResult, RoundReport } from '@dht/node'
import prettyBytes from 'pretty-bytes'
import { urlOf } from './download.ts'
import type { Fetched } from './download-from-any.ts'
import { drawIdLine } from './id-line.ts'
import type { Colors } from './io.ts'
import { plural } from './plural.ts'
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

/** Ends in an empty line. */
export function summarize(story: Story, colors: Colors): string {
  const { file, nodes } = story
  const title = `${colors.bold(file.name)}, ${prettyBytes(file.size)}`
  const paragraphs = [
    [`${title}, shared among ${nodes.length} nodes`],
    entryLines(story, colors),
    idLineLines(story, colors),
    resultLines(story, colors),
  ]
  return paragraphs
    .map((lines) => `\n${lines.join('\n')}\n`)
    .join('')
    .concat('\n')
}

function entryLines({ file, publisher, report }: Story, colors: Colors): string[] {
  const holders = holdersOf(report.accepted, file.identity)
  const { dim, yellow } = colors
  const who = `by ${shortId(idFromHex(publisher.id))} for port ${report.port}`
  return [
    `${dim('identity')}  ${yellow(idToHex(file.identity))}`,
    `${dim('entered')}   ${who}, ${ms(report.durationMs)}`,
    `${dim('held')}      by ${plural(holders.length, 'node')}, nearest first`,
    ...holders.map((holder) => `  ${holderLine(holder, colors)}`),
  ]
}

function idLineLines({ file, nodes, report }: Story, colors: Colors): string[] {
  const { dim, green, yellow } = colors
  const holders = new Set(report.accepted.map(({ id }) => id))
  const dots = nodes.map(({ id }) => ({ id: idFromHex(id), isHolder: holders.has(id) }))
  const line = drawIdLine({ identity: file.identity, nodes: dots }, colors)
  const legend = [
    `${yellow('◆')} ${dim('identity')}`,
    `${green('●')} ${dim('stores the announcement')}`,
    `• ${dim('other node')}`,
  ]
  return [`${dim('00')} ${line} ${dim('ff')}`, `   ${legend.join('  ')}`]
}

function resultLines({ file, reader, found, fetched }: Story, { dim, green }: Colors): string[] {
  const { queried, responded, hops } = found.tally
  const cost = `${plural(queried, 'question')}, ${responded} answered, ${ms(found.durationMs)}`
  const who = shortId(idFromHex(reader.id))
  const from = short(urlOf(fetched.from, file.identity))
  return [
    `${dim('found')}     by ${who} in ${plural(hops, 'hop')}: ${cost}`,
    `${dim('fetched')}   ${prettyBytes(fetched.bytes)} from ${from}, ${ms(fetched.durationMs)}`,
    `${dim('verified')}  ${green('✓')} SHA-256 ${idToHex(file.identity)}`,
  ]
}

interface Holder {
  readonly id: Id
  /** Leading bits that its id shares with the identity. */
  readonly bits: number
  readonly endpoints: readonly string[]
}

/** One holder may have accepted over IPv4 and over IPv6: it is one node still. */
function holdersOf(accepted: readonly Contact[], identity: Id): Holder[] {
  const byId = new Map<string, Holder>()
  for (const contact of accepted) {
    const id = idFromHex(contact.id)
    const endpoints = [...(byId.get(contact.id)?.endpoints ?? []), formatEndpoint(contact)]
    byId.set(contact.id, { id, bits: commonPrefixLength(id, identity), endpoints })
  }
  return [...byId.values()].sort((a, b) => compareDistance(a.id, b.id, identity))
}

function holderLine({ id, bits, endpoints }: Holder, { cyan, dim, green }: Colors): string {
  const near = `${cyan('▪'.repeat(bits))}${dim('▫'.repeat(Math.max(0, 8 - bits)))}`
  const distance = `shares ${plural(bits, 'bit')}`.padEnd(14)
  return `${green('●')} ${shortId(id)}  ${near}  ${distance}  ${dim(endpoints.join('  '))}`
}

function ms(span: number): string {
  return `${span < 10 ? span.toFixed(1) : Math.round(span)} ms`
}

/** A URL with the middle of its identity left out. */
function short(url: string): string {
  return url.replace(/([0-9a-f]{8})[0-9a-f]{48}([0-9a-f]{8})$/, '$1…$2')
}
