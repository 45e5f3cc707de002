// Two small lives whose traces are written down: one of the simulator alone, one with real nodes.

import { contentId } from '@dht/id'
import {
  Chance,
  Churn,
  givenSessions,
  planeLatency,
  sessionsOfMedian,
  World,
  weibullSessions,
} from '@dht/sim'

const network = {
  latency: planeLatency({ acrossMs: 80, jitterMs: 30 }),
  loss: 0.05,
  duplication: 0.05,
  corruption: 0.02,
}

/** Chance, spans, clocks, gateways, the queue and the network, as one number. */
export function traceOfTheSimulator(): string {
  const world = new World({ seed: 'pinned', network, shuffle: true })
  const chance = Chance.of('pinned').branch('test')
  const spans = [
    sessionsOfMedian(3_600_000),
    weibullSessions({ scaleMs: 60_000, shape: 0.4 }),
    givenSessions([1, 2, 3]),
  ]
  for (let i = 0; i < 200; i++) world.note(String(spans[i % 3]?.(chance)))
  const hosts = Array.from({ length: 6 }, (_, i) =>
    world.addHost({
      clock: { driftPpm: 7_777 * (i - 3), offsetMs: 1_000 * i },
      ...(i === 5 && { gateway: { kind: 'symmetric' as const } }),
      up: { bytesPerSecond: 100_003 },
    }),
  )
  for (const host of hosts) {
    let [left, nextAt] = [40, host.now + 10]
    host.run({
      receive: (bytes, from) => {
        if (left-- > 0) host.send(chance.bytes(bytes.length), from)
        return []
      },
      wake: (now) => {
        host.send(chance.bytes(1 + chance.below(1_600)), chance.pick(hosts).endpoint)
        nextAt = now + chance.between(1, 9_000)
        return []
      },
      nextWake: () => nextAt,
    })
  }
  world.advance(300_000)
  world.note(JSON.stringify(world.network.traffic))
  return world.traceHash
}

/** The same with the production core: growth, churn, an entry, lookups. */
export function traceOfNodes(): string {
  const world = new World({ seed: 'pinned', network })
  const hosts = world.grow(12)
  const target = contentId(Uint8Array.of(1))
  hosts[2]?.wish({ kind: 'enter', target, port: 80 })
  new Churn(world, { session: sessionsOfMedian(300_000), crashes: 0.5, returns: 0.5 })
  for (let i = 0; i < 5; i++) {
    world.advance(60_000)
    const [asker] = world.honest
    if (asker !== undefined) world.note(JSON.stringify(world.lookup(asker, target).endpoints))
  }
  return world.traceHash
}
