import { idFromBytes } from '@dht/id'
import { contact, endpoint } from '@dht/krpc'
import { expect, it, vi } from 'vitest'
import { TableMaintenance } from '../../../../src/core/overlay/table-maintenance.ts'
import { Bench, isAt, packed, TOKEN } from '../../../support/bench.ts'

const target = idFromBytes(new Uint8Array(32).fill(0x55))

it.each([
  { at: 999, goesOn: true },
  { at: 1_000, goesOn: false },
])('at $at of 1000 ms it asks further: $goesOn', ({ at, goesOn }) => {
  const bench = new Bench({ core: { lookupDeadlineMs: 1_000 } })
  const [friend, further] = [bench.friend(), bench.stranger()]
  const operationId = bench.request({ kind: 'closest', target })
  bench.now = at
  bench.answer(bench.takeLast(friend), friend, { nodes: packed(further) })
  expect(bench.datagrams.some(({ to }) => isAt(to, further))).toBe(goesOn)
  expect(bench.outcomes.has(operationId)).toBe(!goesOn)
})

it('ends once, though questions of it may still be open and fail later', () => {
  const bench = new Bench({ core: { lookupDeadlineMs: 1_000 } })
  const [friend, silent] = [bench.friend(), bench.friend()]
  bench.request({ kind: 'enter', target, port: 80 })
  const question = bench.takeLast(friend)
  bench.now = 1_000
  bench.answer(question, friend, { token: TOKEN })
  const writes = (): number =>
    bench.datagrams.filter(({ message: m }) => m.kind === 'query' && m.method === 'announce_peer')
      .length
  expect(writes()).toBe(1)
  bench.undeliverable(silent.endpoint)
  expect(writes()).toBe(1)
  bench.answer(bench.takeLast(friend), friend)
  expect(bench.rounds).toMatchObject([{ accepted: [friend], tally: { asked: 2 } }])
})

it('whoever names us at our own endpoint, under any id, has us ask nobody', () => {
  const bench = new Bench()
  const friend = bench.friend()
  const ourselves = bench.stranger({ endpoint: bench.info.overlays[0]!.local! })
  const operationId = bench.request({ kind: 'closest', target })
  bench.accompany([friend], { nodes: packed(ourselves) })
  expect(bench.outcomes.get(operationId)).toMatchObject({
    kind: 'found',
    result: { closest: [friend], tally: { asked: 1, answered: 1, failed: 0 } },
  })
})

it.each([
  { at: 'our own endpoint', endpointOf: (bench: Bench) => bench.info.overlays[0]!.local! },
  { at: 'an endpoint of many nodes', endpointOf: () => endpoint('224.0.0.1', 1) },
])('a start from a contact at $at asks nobody there and has missed nothing', ({ endpointOf }) => {
  const bench = new Bench()
  const friend = bench.friend()
  const { id } = bench.stranger()
  const lookup = vi.spyOn(TableMaintenance.prototype, 'startingContacts')
  lookup.mockReturnValueOnce([friend, contact(id, endpointOf(bench))])
  const operationId = bench.request({ kind: 'closest', target })
  bench.accompany([friend], {})
  expect(bench.outcomes.get(operationId)).toMatchObject({
    kind: 'found',
    result: { closest: [friend], complete: true, incompleteReasons: [] },
  })
})

it('whoever names none that can be reached holds none, and ends no search', () => {
  const bench = new Bench()
  const [holder, other] = [bench.friend(), bench.friend()]
  const operationId = bench.request({ kind: 'lookup', target, mode: 'first' })
  bench.answer(bench.takeLast(other), other, { values: [Uint8Array.of(127, 0, 0, 1, 0, 80)] })
  expect(bench.outcomes.has(operationId)).toBe(false)
  bench.answer(bench.takeLast(holder), holder, { values: [Uint8Array.of(1, 2, 3, 4, 0, 80)] })
  expect(bench.outcomes.get(operationId)).toMatchObject({
    result: { holders: [holder], endpoints: [endpoint('1.2.3.4', 80)] },
  })
})
