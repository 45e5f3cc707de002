// A node that is told of many identities in few subnets: who stays in its table, and how many pings
// it sends for that.

import { type Contact, contact, dht256, endpoint, mainline, type Network } from '@dht/krpc'
import { describe, expect, it } from 'vitest'
import { Bench, isAt } from '../support/bench.ts'

const SUBNETS = 8
const MINUTE = 60_000

/** A node that knows `others` nodes in subnets of their own. */
function knowing(network: Network, others: number): { bench: Bench; alone: Contact[] } {
  const bench = new Bench({ core: { network } })
  const alone = bench.newContacts(others)
  for (const each of alone) bench.addMember(each)
  bench.take()
  return { bench, alone }
}

/** `count` nodes with addresses in each of the subnets. */
function crowd(bench: Bench, count: number): Contact[] {
  return Array.from({ length: count * SUBNETS }, (_, n) => {
    const { id } = bench.newContact()
    return contact(id, endpoint(`130.${n % SUBNETS}.7.${1 + Math.floor(n / SUBNETS)}`, 1))
  })
}

const countOf = (bench: Bench, nodes: readonly Contact[]): number => {
  const members = new Set(bench.core.state().contacts.map(({ endpointKey }) => endpointKey))
  return nodes.filter(({ endpointKey }) => members.has(endpointKey)).length
}

describe.each([dht256, mainline])('NET-71: in $name, of identities in eight subnets', (network) => {
  it('a twentieth of the members is left once their queries have been checked', () => {
    const { bench, alone } = knowing(network, 60)
    const crowded = crowd(bench, 5)
    for (let round = 0; round < 3; round++) {
      for (const each of crowded) bench.queryFrom(each, { method: 'ping' })
      bench.pass(MINUTE, ...alone, ...crowded)
    }
    expect(countOf(bench, crowded)).toBeGreaterThan(0)
    expect(countOf(bench, crowded)).toBeLessThanOrEqual(bench.core.state().contacts.length / 20)
    expect(countOf(bench, alone)).toBe(60)
  })

  it('all stay that are alone in their subnets', () => {
    const { bench, alone } = knowing(network, 60)
    const single = crowd(bench, 1)
    for (let round = 0; round < 3; round++) {
      for (const each of single) bench.queryFrom(each, { method: 'ping' })
      bench.pass(MINUTE, ...alone, ...single)
    }
    expect(countOf(bench, single)).toBe(SUBNETS)
  })

  it('all stay that the other limits allow, where few others are known', () => {
    const { bench, alone } = knowing(network, 10)
    const crowded = crowd(bench, 5)
    for (let round = 0; round < 3; round++) {
      for (const each of crowded) bench.queryFrom(each, { method: 'ping' })
      bench.pass(MINUTE, ...alone, ...crowded)
    }
    expect(countOf(bench, crowded)).toBeGreaterThanOrEqual(SUBNETS)
  })
})

it("NET-72, AMP-3: forged queries from a member's subnet cause one ping in a quiet time", () => {
  const { bench, alone } = knowing(mainline, 60)
  const [member] = alone as [Contact]
  const near = member.endpoint.address.replace(/\.1$/, '')
  const forged = Array.from({ length: 40 }, (_, n) => {
    return contact(bench.newContact().id, endpoint(`${near}.${2 + n}`, 1))
  })
  for (const each of forged) {
    bench.queryFrom(each, { method: 'ping' })
    bench.pass(1_000, ...alone)
  }
  const pings = bench.take().filter(({ to }) => forged.some((each) => isAt(to, each)))
  expect(pings).toHaveLength(1)
})
