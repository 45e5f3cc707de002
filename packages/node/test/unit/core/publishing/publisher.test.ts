import { type Id, idFromBytes } from '@dht/id'
import { seededRandom } from '@dht/testing'
import { expect, it } from 'vitest'
import { addressServices } from '../../../../src/core/address-services.ts'
import type { CoreOptions } from '../../../../src/core/config/core-options.ts'
import { resolveCoreOptions } from '../../../../src/core/config/resolve.ts'
import { newContacts } from '../../../../src/core/contact-source.ts'
import { newCounters } from '../../../../src/core/counters.ts'
import { Operations } from '../../../../src/core/operations/operations.ts'
import { Outbox } from '../../../../src/core/outbox.ts'
import { Publisher } from '../../../../src/core/publishing/publisher.ts'
import { encodedTransmit } from '../../../../src/core/queries/transmit.ts'

const [a, b] = [filled(1), filled(2)]

function filled(byte: number): Id {
  return idFromBytes(new Uint8Array(32).fill(byte))
}

function announced(target: Id, port: number) {
  return { target, port, impliedPort: false, seed: false }
}

/** A publisher without any socket: every round ends at once, without a copy. */
function publisher(options: CoreOptions = {}): {
  readonly publisher: Publisher
  readonly outbox: Outbox
} {
  const counters = newCounters([])
  const outbox = new Outbox(counters)
  const config = resolveCoreOptions({ republishJitterMs: 0, ...options })
  const operations = new Operations(outbox, config.maxOperations)
  const self = idFromBytes(new Uint8Array(32))
  const random = seededRandom(1)
  const contacts = newContacts
  const { network } = config
  const sending = { network, transmit: encodedTransmit(network), ...addressServices(config) }
  const services = { self, config, random, outbox, operations, counters, contacts, ...sending }
  return { publisher: new Publisher(services, new Map()), outbox }
}

it('TRACK-4: returns the port of an announcement, and of nothing else', () => {
  const { publisher: tracker } = publisher()
  tracker.enter(announced(a, 80), 1, 0)
  expect([tracker.announcedUnder(a)?.port, tracker.announcedUnder(b)?.port]).toEqual([
    80,
    undefined,
  ])
})

it('TRACK-2: entering again replaces the port and ends the former operation', () => {
  const { publisher: tracker, outbox } = publisher()
  tracker.enter(announced(a, 80), 1, 0)
  outbox.drain()
  tracker.enter(announced(a, 81), 2, 5)
  expect(tracker.info()).toMatchObject([{ port: 81 }])
  const [first, second] = outbox.drain()
  expect(first).toEqual({ kind: 'settle', operationId: 1, outcome: { kind: 'withdrawn' } })
  expect(second).toMatchObject({
    kind: 'round',
    operationId: 2,
    report: { port: 81, startedAt: 5 },
  })
})

it('PUB-2: an announcement has one due time, a deleted one has none', () => {
  const { publisher: tracker, outbox } = publisher()
  tracker.enter(announced(a, 80), 1, 0)
  tracker.enter(announced(b, 81), 2, 1_000)
  const [first, second] = tracker.info().map(({ dueAt }) => dueAt)
  expect(tracker.nextAt(1_000)).toBe(first)
  tracker.delete(a, 2_000)
  expect(tracker.nextAt(2_000)).toBe(second)
  tracker.delete(b, 2_000)
  expect(tracker.nextAt(2_000)).toBeUndefined()
  outbox.drain()
  tracker.handleTimeout(60 * 60_000)
  expect(outbox.drain()).toEqual([])
})

it('TRACK-3: deleting removes the announcement, and an unknown id has no effect', () => {
  const { publisher: tracker } = publisher()
  tracker.enter(announced(a, 80), 1, 0)
  for (const [target, now] of [[b, 1] as const, [a, 2] as const, [a, 3] as const]) {
    expect(tracker.announcedUnder(a)?.port).toBe(now > 2 ? undefined : 80)
    tracker.delete(target, now)
  }
  expect([tracker.announcedUnder(a)?.port, tracker.info(), tracker.nextAt(3)]).toEqual([
    undefined,
    [],
    undefined,
  ])
})

it('is due when the first of its announcements is', () => {
  const { publisher: tracker } = publisher()
  tracker.enter(announced(a, 1), 1, 0)
  tracker.enter(announced(b, 2), 2, 10_000)
  // No node took a copy: both are retried half a minute later, then after growing waits.
  expect(tracker.nextAt(10_000)).toBe(30_000)
  tracker.handleTimeout(29_999)
  expect(tracker.nextAt(29_999)).toBe(30_000)
  tracker.handleTimeout(30_000)
  expect(tracker.nextAt(30_000)).toBe(40_000)
  tracker.handleTimeout(40_000)
  expect(tracker.nextAt(40_000)).toBe(90_000)
})

it('tries again at once what no node accepted, when a join ends with contacts', () => {
  const { publisher: tracker, outbox } = publisher()
  tracker.enter(announced(a, 1), 1, 0)
  outbox.drain()
  tracker.joined(0, 1)
  expect(outbox.drain()).toEqual([])
  tracker.joined(3, 2)
  expect(outbox.drain()).toMatchObject([{ kind: 'round', report: { startedAt: 2 } }])
})

/** Counts what every iteration over the values of a map visits while `work` runs. */
function visited(work: () => void): number {
  const original = Map.prototype.values
  let count = 0
  Map.prototype.values = function* values(this: Map<unknown, unknown>) {
    for (const value of original.call(this)) {
      count++
      yield value
    }
    return undefined
  }
  try {
    work()
  } finally {
    Map.prototype.values = original
  }
  return count
}

it('PUB-14: enter, delete and finding the next one read no other announcement', () => {
  const targets = Array.from({ length: 500 }, (_, i) => {
    return idFromBytes(new Uint8Array(32).fill(i >> 8, 0, 16).fill(i & 255, 16))
  })
  const { publisher: tracker } = publisher()
  // Each step reads the overlays of the node; there are none here.
  const count = visited(() => {
    for (const [i, target] of targets.entries()) {
      tracker.enter(announced(target, 80), i, i)
      tracker.nextAt(i)
    }
    tracker.handleTimeout(40_000)
    for (const target of targets) {
      tracker.delete(target, 50_000)
      tracker.nextAt(50_000)
    }
  })
  expect(count).toBe(0)
})
