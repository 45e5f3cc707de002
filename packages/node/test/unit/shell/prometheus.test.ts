import { idFromHex } from '@dht/id'
import { endpoint } from '@dht/krpc'
import { expect, it } from 'vitest'
import { newCounters } from '../../../src/core/counters.ts'
import type { CoreInfo } from '../../../src/core/info.ts'
import { toPrometheus } from '../../../src/shell/prometheus.ts'

const INFO: CoreInfo = {
  id: idFromHex('00'),
  network: 'dht256',
  overlays: [4, 6].map((family) => ({
    family: family as 4 | 6,
    id: idFromHex('00'),
    isOpen: true,
    isReadOnly: family === 6,
    local: endpoint('192.0.2.1', 1),
    isIdSecure: undefined,
    externalAddress: undefined,
    addressVotes: 0,
    joined: true,
    bootstrap: { queried: 2, responded: 1 },
    contacts: { good: family, questionable: 2, bad: 0 },
    buckets: [1, 5],
    estimatedNodes: 120,
    openQueries: 3,
    waitingQueries: 1,
  })),
  store: { keys: 5, peers: 7 },
  items: { count: 3, bytes: 90 },
  announcements: [],
  operations: 2,
  counters: { ...newCounters(['get_peers']), datagramsReceived: 12, queriesTimedOut: 1 },
}

function page(): string[] {
  return toPrometheus(INFO).split('\n')
}

it('has every metric', () => {
  expect(page()).toEqual(
    expect.arrayContaining([
      'dht_datagrams_received_total 12',
      'dht_queries_timed_out_total 1',
      'dht_queries_received_total{method="get_peers"} 0',
      'dht_contacts{family="4",standing="good"} 4',
      'dht_contacts{family="6",standing="good"} 6',
      'dht_queries_open{family="6"} 3',
      'dht_read_only{family="4"} 0',
      'dht_read_only{family="6"} 1',
      'dht_stored_keys 5',
      'dht_stored_peers 7',
      '# TYPE dht_stored_items gauge',
      'dht_stored_items 3',
      '# TYPE dht_stored_item_bytes gauge',
      'dht_stored_item_bytes 90',
      'dht_announcements 0',
      'dht_operations_active 2',
    ]),
  )
})

it('has every counter', () => {
  const { queriesReceived: _, ...totals } = INFO.counters
  const values = page().filter((line) => /^[a-z_]+_total \d+$/.test(line))
  expect(values).toHaveLength(Object.keys(totals).length)
})

it('is in the text format: help and type before the samples, each name once', () => {
  const text = toPrometheus(INFO)
  expect(text.endsWith('\n')).toBe(true)
  const metrics = text.split('# HELP ').slice(1)
  expect(`# HELP ${metrics.join('# HELP ')}`).toBe(text)
  const names = metrics.map((each) => {
    const [help = '', type = '', ...samples] = each.trimEnd().split('\n')
    const [, name = ''] = /^(dht_[a-z_]+) [A-Z][^\\]+\.$/.exec(help) ?? []
    expect(type).toBe(`# TYPE ${name} ${name.endsWith('_total') ? 'counter' : 'gauge'}`)
    for (const sample of samples) {
      expect(sample).toMatch(new RegExp(`^${name}(\\{[a-z]+="\\w+"(,[a-z]+="\\w+")*\\})? \\d+$`))
    }
    return name
  })
  expect(new Set(names).size).toBe(names.length)
  expect(names).not.toContain('')
})

it('refuses anything else than an info', () => {
  expect(() => toPrometheus({} as never)).toThrow(
    expect.objectContaining({ code: 'ERR_DHT_NODE_ARGUMENT' }),
  )
})
