// A node's info in the text format that Prometheus scrapes (exposition format 0.0.4).

import { argumentError } from '../errors.ts'
import { COUNTER_HELP, GAUGE_HELP, type Gauge } from './metric-help.ts'
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
  const { counters, overlays } = info
  if (counters === undefined) throw argumentError('info', 'what node.info() returns', info)
  const counted = Object.entries(counters).map(([name, total]) =>
    metric({
      name: `dht_${snakeCase(name)}_total`,
      help: COUNTER_HELP[name as keyof typeof counters],
      samples: typeof total === 'number' ? [['', total]] : byMethod(total),
    }),
  )
  const byFamily = (value: (overlay: Measured['overlays'][number]) => number): Sample[] =>
    overlays.map((overlay) => [`{family="${overlay.family}"}`, value(overlay)])
  const gauges: Readonly<Record<Gauge, readonly Sample[]>> = {
    dht_contacts: overlays.flatMap(contactSamples),
    dht_queries_open: byFamily(({ openQueries }) => openQueries),
    dht_transport_open: byFamily(({ isOpen }) => Number(isOpen)),
    dht_read_only: byFamily(({ isReadOnly }) => Number(isReadOnly)),
    dht_queries_waiting: byFamily(({ waitingQueries }) => waitingQueries),
    dht_stored_keys: [['', info.store.keys]],
    dht_stored_peers: [['', info.store.peers]],
    dht_stored_items: [['', info.items.count]],
    dht_stored_item_bytes: [['', info.items.bytes]],
    dht_announcements: [['', info.announcements.length]],
    dht_operations_active: [['', info.operations]],
  }
  const shown = Object.entries(gauges).map(([name, samples]) =>
    metric({ name, help: GAUGE_HELP[name as Gauge], samples }),
  )
  return [...counted, ...shown].join('')
}

function byMethod(totals: Readonly<Record<string, number>>): readonly Sample[] {
  return Object.entries(totals).map(([method, n]) => [`{method=${JSON.stringify(method)}}`, n])
}

function contactSamples({ family, contacts }: Measured['overlays'][number]): readonly Sample[] {
  return Object.entries(contacts).map(([standing, n]) => [
    `{family="${family}",standing="${standing}"}`,
    n,
  ])
}

interface Metric {
  readonly name: string
  readonly help: string
  readonly samples: readonly Sample[]
}

function metric({ name, help, samples }: Metric): string {
  const type = name.endsWith('_total') ? 'counter' : 'gauge'
  const lines = samples.map(([labels, value]) => `${name}${labels} ${value}\n`)
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}
