import { mainline } from '@dht/krpc'
import { expect, it } from 'vitest'
import { newCounters } from '../../../src/core/counters.ts'
import { Outbox } from '../../../src/core/outbox.ts'
import { LazyTransmit } from '../../../src/core/queries/lazy-transmit.ts'
import { home } from '../../support/bench.ts'

function datagram(text: string): LazyTransmit {
  const transactionId = Uint8Array.of(1)
  return new LazyTransmit({ kind: 'error', transactionId, code: 201, text }, home, mainline)
}

it('keeps the order of effects and is empty after drain', () => {
  const outbox = new Outbox(newCounters([]))
  outbox.settle(1, { kind: 'withdrawn' })
  outbox.send(datagram('ping'))
  outbox.bootstrapNeeded()
  expect(outbox.drain().map(({ kind }) => kind)).toEqual(['settle', 'send', 'bootstrap-needed'])
  expect(outbox.drain()).toEqual([])
})

it('makes trace effects only while the node is watched', () => {
  const outbox = new Outbox(newCounters([]))
  outbox.trace({ kind: 'joining', family: 4, startingContacts: 0 })
  outbox.watched = true
  outbox.trace({ kind: 'joining', family: 4, startingContacts: 1 })
  expect(outbox.drain()).toEqual([
    { kind: 'trace', event: { kind: 'joining', family: 4, startingContacts: 1 } },
  ])
})

it('makes each warning an effect once, whether or not the node is watched', () => {
  const outbox = new Outbox(newCounters([]))
  for (let i = 0; i < 2; i++) outbox.warn('DHT_TRANSPORT_FAILED', 'gone')
  expect(outbox.drain()).toEqual([
    { kind: 'warning', code: 'DHT_TRANSPORT_FAILED', message: 'gone' },
  ])
  outbox.warn('DHT_TRANSPORT_FAILED', 'gone')
  expect(outbox.drain()).toEqual([])
})

it('counts sent messages', () => {
  const counters = newCounters([])
  const outbox = new Outbox(counters)
  const datagrams = [datagram('pong'), datagram('a longer text')]
  for (const each of datagrams) outbox.send(each)
  const bytesSent = datagrams.reduce((sum, { bytes }) => sum + bytes.length, 0)
  expect(counters).toMatchObject({ datagramsSent: 2, bytesSent })
})
