// Two short runs whose results are written down, one of the simulator alone and one with real
// nodes. Each returns the trace hash, which covers every event, and a few readable lines, which
// show roughly what is different when the hash changes.

import { contentId } from '@dht/id'
import { formatEndpoint } from '@dht/krpc'
import {
  Chance,
  Churn,
  givenSessions,
  planeLatency,
  sessionsOfMedian,
  World,
  weibullSessions,
} from '@dht/sim'

export interface PinnedLife {
  readonly transcript: readonly string[]
  readonly hash: string
}

const network = {
  latency: planeLatency({ acrossMs: 80, jitterMs: 30 }),
  loss: 0.05,
  duplication: 0.05,
  corruption: 0.02,
}

/** Random streams, sessions, clocks, gateways, the queue and the network. */
export function lifeOfTheSimulator(): PinnedLife {
  const world = new World({ seed: 'pinned', network, shuffle: true })
  const chance = Chance.of('pinned').branch('test')
  const spans = [
    sessionsOfMedian(3_600_000),
    weibullSessions({ scaleMs: 60_000, shape: 0.4 }),
    givenSessions([1, 2, 3]),
  ]
  const drawn = Array.from({ length: 200 }, (_, i) => spans[i % 3]!(chance))
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
      handleTimeout: (now) => {
        host.send(chance.bytes(1 + chance.below(1_600)), chance.pick(hosts).endpoint)
        nextAt = now + chance.between(1, 9_000)
        return []
      },
      nextTimeout: () => nextAt,
    })
  }
  world.advance(300_000)
  const { sent, bytesSent, delivered } = world.network.traffic
  return {
    transcript: [
      `spans: ${drawn.slice(0, 6).join(', ')} ms; of 200 the sum is ${sumOf(drawn)} ms`,
      `sent: ${sent} datagrams, ${bytesSent} bytes`,
      `delivered: ${delivered} datagrams`,
      ...lossesOf(world),
    ],
    hash: world.traceHash,
  }
}

/** The same with real nodes: growth, churn, an announcement, lookups. */
export function lifeOfNodes(): PinnedLife {
  const world = new World({ seed: 'pinned', network })
  const hosts = world.grow(12)
  const target = contentId(Uint8Array.of(1))
  hosts[2]?.request({ kind: 'enter', target, port: 80 })
  new Churn(world, { session: sessionsOfMedian(300_000), crashes: 0.5, returns: 0.5 })
  const transcript: string[] = []
  for (let minute = 1; minute <= 5; minute++) {
    world.advance(60_000)
    const asker = world.honest[0]!
    const found = world.lookup(asker, target).endpoints.map(formatEndpoint)
    const { sent, delivered } = world.network.traffic
    transcript.push(
      `minute ${minute}: ${world.honest.length} nodes, ${sent} sent, ${delivered} delivered, ` +
        `host ${asker.number} finds [${found.join(', ')}]`,
    )
  }
  return { transcript: [...transcript, ...lossesOf(world)], hash: world.traceHash }
}

/** Number of packets that did not arrive, by reason. */
function lossesOf(world: World): string[] {
  const counts = Object.entries(world.network.traffic.dropped).filter(([, count]) => count > 0)
  return counts.map(([reason, count]) => `dropped, ${reason}: ${count}`)
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}
