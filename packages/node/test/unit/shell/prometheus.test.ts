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

it('has a help text for each metric', () => {
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

it('is in the text format: a type before its samples, each name once', () => {
  const lines = page()
  expect(lines.at(-1)).toBe('')
  const types = lines.filter((line) => line.startsWith('#'))
  expect(new Set(types.map((line) => line.split(' ')[2])).size).toBe(types.length)
  let current = ''
  for (const line of lines.slice(0, -1)) {
    const type = /^# TYPE (dht_[a-z_]+) (counter|gauge)$/.exec(line)
    if (type !== null) {
      current = type[1] ?? ''
      expect(type[2]).toBe(current.endsWith('_total') ? 'counter' : 'gauge')
    } else {
      expect(line).toMatch(/^[a-z_]+(\{[a-z]+="\w+"(,[a-z]+="\w+")*\})? \d+$/)
      expect(line.startsWith(current)).toBe(true)
    }
  }
})

it('refuses anything else than an info', () => {
  expect(() => toPrometheus({} as never)).toThrow(
    expect.objectContaining({ code: 'ERR_DHT_NODE_ARGUMENT' }),
  )
})
