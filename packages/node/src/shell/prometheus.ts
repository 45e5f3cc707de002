// A node's info in the text format that Prometheus scrapes (exposition format 0.0.4).

import { argumentError } from '../errors.ts'
import type { NodeInfo } from './plain.ts'

/** The part of a node's info that becomes metrics; the info of a `NodeCore` has it, too. */
type Measured = Omit<NodeInfo, 'id' | 'announcements' | 'discovery' | 'overlays'> & {
  readonly overlays: readonly Omit<NodeInfo['overlays'][number], 'id'>[]
  readonly announcements: readonly unknown[]
}

type Sample = readonly [labels: string, value: number]

/**
 * Counters end in `_total`; everything else is a gauge. Lines end in a line feed.
 *
 * @throws {DhtNodeError} `ERR_DHT_NODE_ARGUMENT` for anything else than an info
 */
export function toPrometheus(info: Measured): string {
  const { counters } = info
  if (counters === undefined) throw argumentError('info', 'what node.info() returns', info)
  const { queriesReceived, ...totals } = counters
  const families: [name: string, samples: Sample[]][] = [
    ...Object.entries(totals).map(([name, value]): [string, Sample[]] => [
      `dht_${snakeCase(name)}_total`,
      [['', value]],
    ]),
    [
      'dht_queries_received_total',
      Object.entries(queriesReceived).map(
        ([method, n]): Sample => [`{method=${JSON.stringify(method)}}`, n],
      ),
    ],
    [
      'dht_contacts',
      info.overlays.flatMap(({ family, contacts }) =>
        Object.entries(contacts).map(
          ([standing, n]): Sample => [`{family="${family}",standing="${standing}"}`, n],
        ),
      ),
    ],
    [
      'dht_queries_open',
      info.overlays.map((o): Sample => [`{family="${o.family}"}`, o.openQueries]),
    ],
    [
      'dht_transport_open',
      info.overlays.map((o): Sample => [`{family="${o.family}"}`, o.isOpen ? 1 : 0]),
    ],
    [
      'dht_read_only',
      info.overlays.map((o): Sample => [`{family="${o.family}"}`, o.isReadOnly ? 1 : 0]),
    ],
    [
      'dht_queries_waiting',
      info.overlays.map((o): Sample => [`{family="${o.family}"}`, o.waitingQueries]),
    ],
    ['dht_stored_keys', [['', info.store.keys]]],
    ['dht_stored_peers', [['', info.store.peers]]],
    ['dht_stored_items', [['', info.items.count]]],
    ['dht_stored_item_bytes', [['', info.items.bytes]]],
    ['dht_announcements', [['', info.announcements.length]]],
    ['dht_operations_active', [['', info.operations]]],
  ]
  return families.map(([name, samples]) => metric(name, samples)).join('')
}

function metric(name: string, samples: readonly Sample[]): string {
  const type = name.endsWith('_total') ? 'counter' : 'gauge'
  const lines = samples.map(([labels, value]) => `${name}${labels} ${value}\n`)
  return `# TYPE ${name} ${type}\n${lines.join('')}`
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}
