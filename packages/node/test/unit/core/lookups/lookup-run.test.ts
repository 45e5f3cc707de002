import { idFromBytes, idsEqual } from '@dht/id'
import { contact, decodeMessage, endpoint, mainline } from '@dht/krpc'
import { seededRandom } from '@dht/testing'
import { expect, it, vi } from 'vitest'
import { addressServices } from '../../../../src/core/address-services.ts'
import { resolveCoreOptions } from '../../../../src/core/config/resolve.ts'
import { newContacts } from '../../../../src/core/contact-source.ts'
import { newCounters } from '../../../../src/core/counters.ts'
import { nobleCrypto } from '../../../../src/core/items/noble-crypto.ts'
import { ItemGoal } from '../../../../src/core/lookups/goals/item.ts'
import type { LookupGoal } from '../../../../src/core/lookups/lookup-goal.ts'
import { type LookupOwner, LookupRun } from '../../../../src/core/lookups/lookup-run.ts'
import { Operations } from '../../../../src/core/operations/operations.ts'
import { Outbox } from '../../../../src/core/outbox.ts'
import { Overlay } from '../../../../src/core/overlay/overlay.ts'
import { TableMaintenance } from '../../../../src/core/overlay/table-maintenance.ts'
import { encodedTransmit } from '../../../../src/core/queries/transmit.ts'
import { Bench, isAt, packed, TOKEN } from '../../../support/bench.ts'

const target = idFromBytes(new Uint8Array(32).fill(0x55))

it.each([
  { at: 999, goesOn: true },
  { at: 1_000, goesOn: false },
])('at $at of 1000 ms it sends further queries: $goesOn', ({ at, goesOn }) => {
  const bench = new Bench({ core: { lookupDeadlineMs: 1_000 } })
  const [friend, further] = [bench.addMember(), bench.newContact()]
  const operationId = bench.request({ kind: 'closest', target })
  bench.now = at
  bench.respond(bench.takeLast(friend), friend, { nodes: packed(further) })
  expect(bench.datagrams.some(({ to }) => isAt(to, further))).toBe(goesOn)
  expect(bench.outcomes.has(operationId)).toBe(!goesOn)
})

it('ends once, though queries of it may still be open and fail later', () => {
  const bench = new Bench({ core: { lookupDeadlineMs: 1_000 } })
  const [friend, silent] = [bench.addMember(), bench.addMember()]
  bench.request({ kind: 'enter', target, port: 80 })
  const question = bench.takeLast(friend)
  bench.now = 1_000
  bench.respond(question, friend, { token: TOKEN })
  const writes = (): number =>
    bench.datagrams.filter(({ message: m }) => m.kind === 'query' && m.method === 'announce_peer')
      .length
  expect(writes()).toBe(1)
  bench.undeliverable(silent.endpoint)
  expect(writes()).toBe(1)
  bench.respond(bench.takeLast(friend), friend)
  expect(bench.rounds).toMatchObject([{ accepted: [friend], tally: { queried: 2 } }])
})

it('a node that returns our own endpoint, under any id, causes no query', () => {
  const bench = new Bench()
  const friend = bench.addMember()
  const ourselves = bench.newContact({ endpoint: bench.info.overlays[0]!.local! })
  const operationId = bench.request({ kind: 'closest', target })
  bench.respondAll([friend], { nodes: packed(ourselves) })
  expect(bench.outcomes.get(operationId)).toMatchObject({
    kind: 'found',
    result: { closest: [friend], tally: { queried: 1, responded: 1, failed: 0 } },
  })
})

it.each([
  { at: 'our own endpoint', endpointOf: (bench: Bench) => bench.info.overlays[0]!.local! },
  { at: 'an endpoint of many nodes', endpointOf: () => endpoint('224.0.0.1', 1) },
])('a start from a contact at $at sends no query there and is not incomplete', ({ endpointOf }) => {
  const bench = new Bench()
  const friend = bench.addMember()
  const { id } = bench.newContact()
  const lookup = vi.spyOn(TableMaintenance.prototype, 'startingContacts')
  lookup.mockReturnValueOnce([friend, contact(id, endpointOf(bench))])
  const operationId = bench.request({ kind: 'closest', target })
  bench.respondAll([friend], {})
  expect(bench.outcomes.get(operationId)).toMatchObject({
    kind: 'found',
    result: { closest: [friend], complete: true, incompleteReasons: [] },
  })
})

it('a node that returns unreachable endpoints only is not a holder and ends no lookup', () => {
  const bench = new Bench()
  const [holder, other] = [bench.addMember(), bench.addMember()]
  const operationId = bench.request({ kind: 'lookup', target, mode: 'first' })
  bench.respond(bench.takeLast(other), other, { values: [Uint8Array.of(127, 0, 0, 1, 0, 80)] })
  expect(bench.outcomes.has(operationId)).toBe(false)
  bench.respond(bench.takeLast(holder), holder, { values: [Uint8Array.of(1, 2, 3, 4, 0, 80)] })
  expect(bench.outcomes.get(operationId)).toMatchObject({
    result: { holders: [holder], endpoints: [endpoint('1.2.3.4', 80)] },
  })
})

/** An overlay without other nodes, with contacts in its table. */
function overlayOf(contacts: number) {
  const counters = newCounters([])
  const outbox = new Outbox(counters)
  const config = resolveCoreOptions()
  const services = {
    config,
    random: seededRandom(1),
    outbox,
    operations: new Operations(outbox, config.maxOperations),
    counters,
    contacts: newContacts,
    network: config.network,
    transmit: encodedTransmit(config.network),
    ...addressServices(config),
  }
  const owner = { joined: () => {}, isOtherFamilyAlive: () => false }
  const init = { local: endpoint('10.0.0.1', 1), id: idFromBytes(new Uint8Array(32)), owner }
  const overlay = new Overlay(init as never, services)
  const known = Array.from({ length: contacts }, (_, i) =>
    contact(idFromBytes(new Uint8Array(32).fill(i + 1)), endpoint(`8.8.${i}.8`, 8)),
  )
  overlay.table.restore(known)
  const queries = () =>
    outbox.drain().flatMap((effect) => {
      if (effect.kind !== 'send') return []
      const { bytes, endpoint: to } = effect
      const message = decodeMessage(bytes, config.network)
      return message.kind === 'query' ? [{ message, endpoint: to }] : []
    })
  return { overlay, services, queries }
}

it('sends the query of any goal, gives it each response, and reports when it is reached', () => {
  const { overlay, services, queries } = overlayOf(5)
  const told: string[] = []
  const owner: LookupOwner = {
    goalReached: (run) => {
      told.push('reached')
      run.abort()
    },
    onlyStalledLeft: () => told.push('only stalled left'),
    lookupEnded: () => told.push('ended'),
  }
  const responders: number[] = []
  // A goal of this test alone: two nodes that allow a write.
  const goal: LookupGoal = {
    target,
    query: { method: 'get_peers', target },
    get progress() {
      return responders.length < 2 ? 'open' : 'reached'
    },
    fold: ({ token }, responder) => {
      if (token !== undefined) responders.push(responder.id[0] as number)
    },
  }
  const origin = { purpose: 'user' } as const
  const run = new LookupRun({ overlay, owner, goal, origin }, services, 0)
  run.advance(0)
  const tokens = [undefined, TOKEN, TOKEN]
  for (let at = 1; tokens.length > 0; at++) {
    for (const { message, endpoint: to } of queries()) {
      expect(message).toMatchObject({ method: 'get_peers', target })
      const id = idFromBytes(new Uint8Array(32).fill(Number(to.address.split('.')[2]) + 1))
      const token = tokens.shift()
      const response = { kind: 'response', transactionId: message.transactionId, id, token }
      overlay.queries.receiveResponse(response as never, to, at)
    }
  }
  expect([told, responders.length]).toEqual([['reached'], 2])
  expect(run.tally).toMatchObject({ responded: 3 })
})

it.each([
  ['a get', 'lookup-goal', 0],
  ['a lookup of nodes', 'closest', 1],
] as const)('silence to %s (%s) is %i failure of the contact', (_name, kind, failures) => {
  const bench = new Bench({ core: { network: mainline, quietMs: 1_000_000_000 } })
  const goal = new ItemGoal({ target: idFromBytes(new Uint8Array(20)), crypto: nobleCrypto })
  const friend = bench.addMember()
  bench.take()
  bench.request(kind === 'closest' ? { kind, target: goal.target } : { kind, goal })
  let mostFailures = 0
  // The friend responds to all other queries.
  bench.passWith(10_000, () => {
    const { buckets } = bench.core.inspect(bench.now).overlays[0]!
    for (const { failures: seen } of buckets.flatMap(({ members }) => members)) {
      mostFailures = Math.max(mostFailures, seen)
    }
    for (const sent of bench.take()) {
      const { message } = sent
      if (message.kind !== 'query' || ('target' in message && isGoal(message.target))) continue
      bench.respond(sent, friend, { nodes: new Uint8Array(0) })
    }
  })
  expect(mostFailures).toBe(failures)

  function isGoal(sent: unknown): boolean {
    return idsEqual(sent as typeof goal.target, goal.target)
  }
})
