// How long a starting node has no contact, for any bootstrap list. Names take any time to be
// resolved, in any order; some of their nodes do not respond.

import { endpoint } from '@dht/krpc'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { VirtualNetwork, type VirtualNode } from '../support/virtual-network.ts'

const LATENCY_MS = 40
const ROUND_TRIP_MS = 2 * LATENCY_MS

interface Entry {
  /** When it becomes known, ms after the start; 0: an address. */
  readonly knownAt: number
  readonly isLive: boolean
}

const entry: fc.Arbitrary<Entry> = fc.record({
  knownAt: fc.oneof(fc.constant(0), fc.nat({ max: 9_000 })),
  isLive: fc.boolean(),
})

const hasContact = (node: VirtualNode): boolean => node.core.state().contacts.length > 0

it('BOOT-5: the first contact comes within a round trip of the first live entry', () => {
  const net = new VirtualNetwork({ latencyMs: LATENCY_MS })
  const live = net.add()
  const run = (list: readonly Entry[]): void => {
    const node = net.add()
    const endpoints = list.map(({ isLive }, i) =>
      isLive ? live.local : endpoint(`10.99.${i}.1`, 1),
    )
    const startedAt = net.now
    const tell = (at: number): void => {
      const known = endpoints.filter((_, i) => list[i]!.knownAt <= at)
      const pending = list.some(({ knownAt }) => knownAt > at)
      node.start({ kind: 'bootstrap', endpoints: known, routers: [], pending })
    }
    tell(0)
    const operationId = node.request({ kind: 'join' })
    const firstAt = Math.min(...list.filter(({ isLive }) => isLive).map(({ knownAt }) => knownAt))
    const dueAt = firstAt + ROUND_TRIP_MS
    const instants = new Set(list.map(({ knownAt }) => knownAt).filter((at) => at > 0))
    let metAt = Number.POSITIVE_INFINITY
    const passTo = (at: number): void => {
      while (net.now < startedAt + at) {
        net.advance(1)
        if (metAt === Number.POSITIVE_INFINITY && hasContact(node)) metAt = net.now - startedAt
      }
    }
    for (const at of [...instants].toSorted((a, b) => a - b)) {
      passTo(at)
      tell(at)
    }
    passTo(Math.max(...instants, 0) + ROUND_TRIP_MS)
    expect(metAt).toBe(dueAt)
    net.advance(60_000)
    // Without any live node, the join ends all the same, and reports it.
    const outcome = node.outcomes.get(operationId)
    expect(outcome?.kind === 'joined' && outcome.result.contacts > 0).toBe(dueAt < Infinity)
    node.crash()
  }
  fc.assert(fc.property(fc.array(entry, { maxLength: 6 }), run), { numRuns: 30 })
})
