// The nodes' own counters against a count of packets, in a world where it is known which queries
// can't be answered in time.

import { contentId } from '@dht/id'
import { decodeMessage, dht256 } from '@dht/krpc'
import { type Host, type Latency, type Place, quiesce, World } from '@dht/sim'
import { expect, it } from 'vitest'
import { countQueries } from '../../../src/oracle/query-count.ts'

const HOSTS = 12
/** Longer than a node waits for any response, ms. */
const FAR_MS = 100_000

/** Packets to and from one place take very long. */
function latencyAround(far: Place): Latency {
  return (from, to) => (from === far || to === far ? FAR_MS : 20)
}

/** Queries that hosts send from now on, read from their packets. */
function listen(world: World, far: Host): { readonly all: Set<string>; readonly far: Set<string> } {
  const seen = { all: new Set<string>(), far: new Set<string>() }
  world.watch((event) => {
    if (!('effects' in event)) return
    for (const effect of event.effects) {
      if (effect.kind !== 'send') continue
      const message = decodeMessage(effect.bytes, dht256)
      if (message.kind !== 'query') continue
      // A query that is sent again has a transaction id that differs in its first bit.
      const id = message.transactionId.map((byte, i) => (i === 0 ? byte & 0x7f : byte))
      const name = `${event.host} ${String(id)}`
      seen.all.add(name)
      if (event.host === far.number || world.network.find(effect.endpoint) === far)
        seen.far.add(name)
    }
  })
  return seen
}

it('queries that cannot be answered in time expire, and no others', () => {
  const world = new World({ seed: 4 })
  const hosts = world.grow(HOSTS)
  world.advance(10_000)
  expect(quiesce(world, 60_000)).toBe(true)
  const before = countQueries(world)
  expect(before.expired).toBe(0)
  const far = hosts[3] as Host
  world.network.set({ latency: latencyAround(far.place) })
  const seen = listen(world, far)
  for (let i = 0; i < 60; i++) {
    const asker = hosts[i % HOSTS] as Host
    asker.request({ kind: 'closest', target: contentId(Uint8Array.of(i)) })
    world.advance(2_000)
  }
  expect(quiesce(world, 600_000)).toBe(true)
  const after = countQueries(world)
  expect(seen.far.size).toBeGreaterThan(10)
  expect(after.sent - before.sent).toBe(seen.all.size)
  expect(after.expired - before.expired).toBe(seen.far.size)
})
