// Nodes of Mainline that join keep to the pace of every address: some clients ban an address that
// sends 50 datagrams in 10 seconds. Here twenty of forty nodes share one address, as behind a
// gateway, and the node that joins has most of them as bootstrap nodes.

import { decodeMessage, type Endpoint, endpoint, mainline } from '@dht/krpc'
import { type Host, planeLatency, World, type WorldEvent } from '@dht/sim'
import { describe, expect, it } from 'vitest'

const SECOND_MS = 1_000
const SHARED = '20.0.0.1'

interface Sent {
  readonly at: number
  readonly to: string
  readonly isQuery: boolean
}

/** A settled network in which half of the nodes share an address. */
function settled(seed: number): { readonly world: World; readonly crowd: readonly Host[] } {
  const network = { latency: planeLatency({ acrossMs: 80, jitterMs: 10 }) }
  const world = new World({ seed, network, core: { network: mainline } })
  world.grow(20)
  const crowd = Array.from({ length: 20 }, (_, n) => {
    return world.grow(1, { host: { ipv4: endpoint(SHARED, 7_000 + n) } })[0]!
  })
  world.advance(60 * SECOND_MS)
  return { world, crowd }
}

/** Notes what a host sends. */
function record(world: World, host: Host): Sent[] {
  const sent: Sent[] = []
  world.watch((event: WorldEvent) => {
    if (!('effects' in event) || event.host !== host.number) return
    for (const effect of event.effects) {
      if (effect.kind !== 'send') continue
      const { kind } = decodeMessage(effect.bytes, mainline)
      sent.push({ at: event.at, to: effect.endpoint.address, isQuery: kind === 'query' })
    }
  })
  return sent
}

/** Most datagrams to one address in any span of so many ms. */
function mostIn(ms: number, sent: readonly Sent[]): number {
  let most = 0
  for (const address of new Set(sent.map(({ to }) => to))) {
    const times = sent.filter(({ to }) => to === address).map(({ at }) => at)
    for (const [first, at] of times.entries()) {
      most = Math.max(most, times.filter((each, i) => i >= first && each < at + ms).length)
    }
  }
  return most
}

/** The node that joins, and what it sends in its first five minutes. */
function join(seed: number): { readonly sent: readonly Sent[]; readonly newcomer: Host } {
  const { world, crowd } = settled(seed)
  const newcomer = world.addHost()
  const sent = record(world, newcomer)
  const bootstrap: Endpoint[] = crowd.slice(0, 16).map((host) => host.endpoint)
  newcomer.start({ bootstrap })
  world.advance(300 * SECOND_MS)
  return { sent, newcomer }
}

describe('PACE-5: a node that joins', () => {
  it.each([1, 2, 3])('keeps to the pace of every address, seed %i', (seed) => {
    const { sent, newcomer } = join(seed)
    const { burst, perSecond } = mainline.pace
    const queries = sent.filter(({ isQuery }) => isQuery)
    expect(mostIn(SECOND_MS, queries)).toBeLessThanOrEqual(burst + perSecond)
    // Replies count as well, but do not wait: only queries do. A quarter of the pace is theirs.
    expect(mostIn(10 * SECOND_MS, sent)).toBeLessThanOrEqual(1.25 * (burst + 10 * perSecond))
    // The whole burst is used, so the pace was needed.
    expect(mostIn(SECOND_MS, queries)).toBeGreaterThanOrEqual(burst)
    const { contacts } = newcomer.node.core.info(newcomer.now).overlays[0]!
    expect(contacts.good).toBeGreaterThan(8)
  })
})
