// A process that was too busy to read its sockets first reads what has arrived, and only then
// handles timeouts. A socket returns a part of what waits in each turn of the event loop.

import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { idFromHex } from '@dht/id'
import {
  type Datagram,
  decodeMessage,
  dht256,
  type Endpoint,
  encodeMessage,
  endpoint,
  type Transport,
  type TransportHandlers,
} from '@dht/krpc'
import { udpTransport } from '@dht/krpc/udp'
import { seededRandom } from '@dht/testing'
import { describe, expect, it, vi } from 'vitest'
import { systemClock } from '../../src/adapters/system-clock.ts'
import { NodeCore } from '../../src/core/node-core.ts'
import type { Outcome } from '../../src/core/operations/outcome.ts'
import type { Clock } from '../../src/ports/clock.ts'
import { LONGEST_CATCH_UP_MS } from '../../src/shell/catch-up.ts'
import { Driver } from '../../src/shell/driver.ts'
import { ManualClock } from '../support/manual-clock.ts'

const ASKED = 100
/** What Node reads from a socket in one turn. */
const PER_TURN = 32
const LOCAL = endpoint('192.0.2.1', 1)

function nodeOn(clock: Clock): { core: NodeCore; driver: Driver; outcomes: Outcome[] } {
  const outcomes: Outcome[] = []
  const core = new NodeCore({ id: idFromHex('01'.repeat(32)), random: seededRandom(1) })
  const driver = new Driver(core, clock, {
    found: () => {},
    round: () => {},
    settled: (_ticket, outcome) => outcomes.push(outcome),
    ended: () => {},
    event: () => {},
    lookupStep: () => {},
    warn: () => {},
    bootstrapNeeded: () => {},
  })
  return { core, driver, outcomes }
}

/** An event loop whose every turn reads a part of `arrived`, then fires one alarm that is due. */
async function busyLoop(turnMs = 0): Promise<{
  readonly clock: ManualClock
  readonly driver: Driver
  readonly outcomes: Outcome[]
  readonly sent: Datagram[]
  readonly arrived: Datagram[]
}> {
  const sent: Datagram[] = []
  const arrived: Datagram[] = []
  let handlers: TransportHandlers | undefined
  const transport: Transport = {
    family: 4,
    start: async (given): Promise<Endpoint> => {
      handlers = given
      return LOCAL
    },
    send: (batch) => void sent.push(...batch),
    close: async () => {},
  }
  const clock = new ManualClock()
  const alarm = clock.alarm.bind(clock)
  clock.alarm = (at, ring) =>
    alarm(at, () => {
      clock.block(turnMs)
      for (const datagram of arrived.splice(0, PER_TURN)) handlers?.received([datagram])
      ring()
    })
  const { driver, outcomes } = nodeOn(clock)
  await driver.attach(transport)
  return { clock, driver, outcomes, sent, arrived }
}

/** The response of the node that got this query. */
function answerTo({ bytes, endpoint: from }: Datagram): Datagram {
  const query = decodeMessage(bytes, dht256)
  if (query.kind !== 'query') throw new Error(`expected a query, got ${query.kind}`)
  const id = idFromHex(from.port.toString(16).padStart(64, '0'))
  const { transactionId } = query
  const answer = encodeMessage({ kind: 'response', transactionId, id }, dht256)
  return { bytes: answer, endpoint: from }
}

const pingAll = (driver: Driver): void => {
  for (let operationId = 1; operationId <= ASKED; operationId++) {
    driver.start({
      kind: 'ping',
      operationId,
      to: endpoint(`198.51.100.${operationId}`, operationId),
    })
  }
}

const junk = { bytes: new Uint8Array(30), endpoint: endpoint('192.0.2.3', 3) }

describe('after the process was busy', () => {
  it.each([5_000, 60_000, 3_600_000])(
    'for %i ms every response that has arrived counts',
    async (ms) => {
      const { clock, driver, outcomes, sent, arrived } = await busyLoop()
      pingAll(driver)
      arrived.push(...sent.map(answerTo))
      expect(arrived).toHaveLength(ASKED)
      clock.block(ms)
      clock.advance(100)
      const answered = outcomes.filter(({ kind }) => kind === 'answered')
      expect(answered).toHaveLength(ASKED)
    },
  )

  it('a query without a response expires as soon as a turn reads nothing', async () => {
    const { clock, driver, outcomes } = await busyLoop()
    pingAll(driver)
    clock.block(60_000)
    clock.advance(0)
    expect(outcomes).toEqual(
      Array.from({ length: ASKED }, () => ({ kind: 'failed', reason: 'timeout' })),
    )
  })

  it('a flood delays timeouts by as much as they were late, within a bound', async () => {
    for (const blockedMs of [100, 1_000, 3_600_000]) {
      const turnMs = 5
      const { clock, driver, arrived } = await busyLoop(turnMs)
      const wake = vi.spyOn(NodeCore.prototype, 'handleTimeout')
      driver.start({ kind: 'ping', operationId: 1, to: endpoint('192.0.2.2', 2) })
      const dueAt = clock.next!
      arrived.push(...Array.from({ length: 20_000 }, () => junk))
      clock.block(dueAt + blockedMs)
      while (wake.mock.calls.length === 0) clock.advance(0)
      const lateMs = blockedMs + turnMs
      const waited = wake.mock.calls[0]![0] - dueAt - lateMs
      wake.mockRestore()
      const boundMs = Math.min(lateMs, LONGEST_CATCH_UP_MS)
      expect(waited).toBeGreaterThanOrEqual(boundMs)
      expect(waited).toBeLessThanOrEqual(boundMs + turnMs)
    }
  })

  it('timeouts on time, or no later than timers are, are not delayed', async () => {
    const { clock, driver, arrived } = await busyLoop()
    const wake = vi.spyOn(NodeCore.prototype, 'handleTimeout')
    driver.start({ kind: 'ping', operationId: 1, to: endpoint('192.0.2.2', 2) })
    arrived.push(...Array.from({ length: 20_000 }, () => junk))
    const dueAt = clock.next!
    clock.block(dueAt + 10)
    clock.advance(0)
    expect(wake.mock.calls).toEqual([[dueAt + 10]])
    wake.mockRestore()
  })
})

it('datagrams that wait in a real socket are received before the alarm', async () => {
  const clock = systemClock()
  const { core, driver } = nodeOn(clock)
  const received = vi.spyOn(core, 'receive')
  const receivedByThen: number[] = []
  vi.spyOn(core, 'handleTimeout').mockImplementation(() => {
    receivedByThen.push(received.mock.calls.length)
    return []
  })
  const dueAt = clock.now() + 50
  vi.spyOn(core, 'nextTimeout').mockImplementation(() =>
    receivedByThen.length === 0 ? { at: dueAt, reason: 'a test' } : undefined,
  )
  const local = await driver.attach(udpTransport({ address: '127.0.0.1' }))
  const sender = createSocket('udp4')
  sender.connect(local.port, local.address)
  await once(sender, 'connect')
  driver.start({ kind: 'ping', operationId: 1, to: junk.endpoint })
  for (let i = 0; i < ASKED; i++) sender.send(junk.bytes)
  while (clock.now() < dueAt + 100) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10)
  await vi.waitFor(() => expect(receivedByThen).toEqual([ASKED]))
  sender.close()
  await driver.close()
})
