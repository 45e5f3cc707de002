import { expect, it } from 'vitest'
import { newCounters } from '../../../src/core/counters.ts'
import { Outbox } from '../../../src/core/outbox.ts'
import { home } from '../../support/bench.ts'

it('keeps the order of effects and is empty once drained', () => {
  const outbox = new Outbox(newCounters())
  outbox.settle(1, { kind: 'withdrawn' })
  outbox.send({ bytes: new Uint8Array(3), endpoint: home })
  outbox.lonely()
  expect(outbox.drain().map(({ kind }) => kind)).toEqual(['settle', 'send', 'lonely'])
  expect(outbox.drain()).toEqual([])
})

it('makes trace effects only while somebody watches', () => {
  const outbox = new Outbox(newCounters())
  outbox.trace({ kind: 'joining', family: 4, seeds: 0 })
  outbox.watched = true
  outbox.trace({ kind: 'joining', family: 4, seeds: 1 })
  expect(outbox.drain()).toEqual([
    { kind: 'trace', event: { kind: 'joining', family: 4, seeds: 1 } },
  ])
})

it('counts what leaves', () => {
  const counters = newCounters()
  const outbox = new Outbox(counters)
  outbox.send({ bytes: new Uint8Array(3), endpoint: home })
  outbox.send({ bytes: new Uint8Array(4), endpoint: home })
  expect(counters).toMatchObject({ datagramsSent: 2, bytesSent: 7 })
})
