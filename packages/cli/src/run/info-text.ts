// A node's info as a page for people.

import { type Counters, formatEndpoint, type NodeInfo } from '@dht/node'

/** Ends in a line feed. */
export function infoText(info: NodeInfo): string {
  const { store, items, announcements, counters } = info
  const lines: [label: string, text: string][] = [
    ['id', info.id],
    ['network', info.network],
    ...info.overlays.flatMap(overlayLines),
    ['store', `${store.peers} peers under ${store.keys} identities`],
    ['items', `${items.count}, ${items.bytes} bytes`],
    ['announced', `${announcements.length} by this node`],
    ...counterLines(counters),
  ]
  return lines.map(([label, text]) => `${label.padEnd(10)}${text}\n`).join('')
}

function overlayLines(overlay: NodeInfo['overlays'][number]): [string, string][] {
  const { family, local, joined, contacts, buckets, openQueries, estimatedNodes } = overlay
  const size = estimatedNodes === undefined ? 'not known' : `about ${estimatedNodes} nodes`
  const place = local === undefined ? '' : `${formatEndpoint(local)}, `
  const { good, questionable, bad } = contacts
  return [
    [`IPv${family}`, `${place}${joined ? 'joined' : 'not joined'}, ${openQueries} open queries`],
    ['', `${good} good, ${questionable} questionable, ${bad} bad contacts`],
    ['', `buckets, far to near: ${buckets.join(' ')}`],
    ['', `size of the network: ${size}`],
  ]
}

function counterLines(counters: Counters): [string, string][] {
  const responses = `${counters.responsesReceived} responses, ${counters.errorsReceived} errors`
  const { queriesTimedOut: late, queriesUnreachable: unreachable } = counters
  const failures = `${late} timed out, ${unreachable} unreachable`
  const limits = `${counters.datagramsMalformed} malformed, ${counters.queriesLimited} limited`
  const received = Object.entries(counters.queriesReceived).map(([method, n]) => `${method} ${n}`)
  return [
    ['in', `${counters.datagramsReceived} datagrams, ${counters.bytesReceived} bytes`],
    ['out', `${counters.datagramsSent} datagrams, ${counters.bytesSent} bytes`],
    ['received', `${received.join(', ')}; ${limits}`],
    ['sent', `${counters.queriesSent} queries: ${responses}, ${failures}`],
  ]
}
