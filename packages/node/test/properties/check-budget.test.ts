// The budget for checks under a flood of forged queries: joining nodes still get into the table,
// and what is sent to third parties stays within the documented bound (AMP-3).

import { type Id, idKey, randomId } from '@dht/id'
import { dht256, encodeMessage, endpoint, type Query } from '@dht/krpc'
import { seededRandom } from '@dht/testing'
import { describe, expect, it, vi } from 'vitest'
import { CORE_DEFAULTS } from '../../src/core/config/defaults.ts'
import { VirtualNetwork, type VirtualNode } from '../support/virtual-network.ts'

// Simulated networks take long on a busy machine.
vi.setConfig({ testTimeout: 120_000 })

const SECOND = 1_000

interface Flood {
  /** Forged queries a second, each with an id and an address of its own. */
  readonly perSecond: number
  /** How often each id is used in a row. */
  readonly perName: number
}

/** Addresses without a node: datagrams to them are lost. */
const isForged = (address: string): boolean => address.startsWith('30.')

/** Forged queries arrive at random instants, so that none is in step with the victim. */
function flood(net: VirtualNetwork, victim: VirtualNode, init: Flood & { until: number }): void {
  const random = seededRandom(99)
  const spacing = SECOND / init.perSecond
  for (let n = 0; n * spacing < init.until; n++) {
    const name = Math.floor(n / init.perName)
    const from = endpoint(`30.${(name >> 16) & 255}.${(name >> 8) & 255}.${name & 255}`, 4_000)
    const id = randomId(32, seededRandom(name))
    const query = { kind: 'query', method: 'ping', transactionId: random(4), id, readOnly: false }
    const bytes = encodeMessage(query as Query, dht256)
    const jitter = (random(1)[0]! / 256) * 3 * spacing
    net.at(n * spacing + jitter, () => victim.receive(bytes, from))
  }
}

/** Sixty nodes join through the victim, one a second. @returns how many it knows in the end */
function joinUnder(init: Flood, seed: number): { known: number; pings: number; ms: number } {
  const net = new VirtualNetwork({ seed })
  const victim = net.add()
  const until = 120 * SECOND
  let pings = 0
  net.onDatagram = (bytes, from, to) => {
    const isQuery = new TextDecoder('latin1').decode(bytes).includes('1:q4:ping')
    if (from === victim.local && isForged(to.address) && isQuery) pings++
    return true
  }
  flood(net, victim, { ...init, until })
  const joined: Id[] = []
  for (let n = 0; n < 60; n++) {
    net.at((5 + n) * SECOND, () => {
      const node = net.add()
      joined.push(node.id)
      node.join([victim])
    })
  }
  net.advance(until)
  const known = new Set(victim.core.state().contacts.map(({ id }) => idKey(id)))
  return { known: joined.filter((id) => known.has(idKey(id))).length, pings, ms: until }
}

/** Pings to third parties because of unsolicited queries, in `ms`, at most. */
function mostPings(ms: number): number {
  const { checkBurst, checksPerSecond } = CORE_DEFAULTS
  return checkBurst + Math.ceil((ms / SECOND) * checksPerSecond)
}

describe("AMP-8: forged queries don't keep other nodes out of the table for long", () => {
  it.each([1, 2, 3])('20 a second, each with another id (seed %i)', (seed) => {
    const { known, pings, ms } = joinUnder({ perSecond: 20, perName: 1 }, seed)
    expect(known).toBeGreaterThanOrEqual(58)
    expect(pings).toBeLessThanOrEqual(mostPings(ms))
    // The flood uses the whole budget.
    expect(pings).toBeGreaterThan(mostPings(ms) / 2)
  })

  it('20 a second that use each id as often as a joining node sends queries', () => {
    const { known, pings, ms } = joinUnder({ perSecond: 20, perName: 3 }, 1)
    expect(known).toBeGreaterThanOrEqual(20)
    expect(pings).toBeLessThanOrEqual(mostPings(ms))
  })

  it('100 a second', () => {
    const { known, pings, ms } = joinUnder({ perSecond: 100, perName: 1 }, 1)
    expect(known).toBeGreaterThanOrEqual(30)
    expect(pings).toBeLessThanOrEqual(mostPings(ms))
  })
})
