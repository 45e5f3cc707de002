import { idFromHex } from '@dht/id'
import { type Endpoint, endpoint, type Transport, type TransportHandlers } from '@dht/krpc'
import { seededRandom } from '@dht/testing'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { NodeCore } from '../../../src/core/node-core.ts'
import type { Outcome } from '../../../src/core/operations/outcome.ts'
import { Driver } from '../../../src/shell/driver.ts'
import { LONGEST_REOPEN_MS } from '../../../src/shell/transport-slot.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { MemoryNetwork } from '../../support/memory-network.ts'

const OTHER = endpoint('192.0.2.2', 2)

let clock: ManualClock
let network: MemoryNetwork
let outcomes: Outcome[]
let warnings: string[]
let core: NodeCore
let driver: Driver

beforeEach(() => {
  clock = new ManualClock()
  network = new MemoryNetwork()
  outcomes = []
  warnings = []
  const random = seededRandom(1)
  core = new NodeCore({ id: idFromHex('01'.repeat(32)), random })
  driver = new Driver(core, clock, {
    found: () => {},
    round: () => {},
    settled: (_ticket, outcome) => outcomes.push(outcome),
    ended: () => {},
    event: () => {},
    lookupStep: () => {},
    warn: (code) => warnings.push(code),
    bootstrapNeeded: () => {},
  })
})

/** A transport that does what `parts` say; `handlers` are those that it was started with. */
function faulty(parts: Partial<Transport> = {}): Transport & { handlers?: TransportHandlers } {
  const transport: Transport & { handlers?: TransportHandlers } = {
    family: 4,
    start: async (handlers): Promise<Endpoint> => {
      transport.handlers = handlers
      return endpoint('192.0.2.1', 1)
    },
    send: () => {},
    close: async () => {},
    ...parts,
  }
  return transport
}

const ping = (operationId = 1): void => driver.start({ kind: 'ping', operationId, to: OTHER })

describe('a transport', () => {
  it('is used once it is attached, and its local endpoint is returned', async () => {
    ping()
    expect(outcomes).toEqual([{ kind: 'failed', reason: 'not-sent' }])
    expect(await driver.attach(network.transport('192.0.2.1', 1))).toEqual(endpoint('192.0.2.1', 1))
    ping()
    expect(network.sent.map(({ endpoint: to }) => to)).toEqual([OTHER])
  })

  it('gets only datagrams of its family', async () => {
    const sent: string[] = []
    const send = (family: string) => (): void => void sent.push(family)
    const local = endpoint('2001:db8::1', 1)
    await driver.attach(faulty({ send: send('four') }))
    await driver.attach(faulty({ family: 6, send: send('six'), start: async () => local }))
    ping()
    expect(sent).toEqual(['four'])
    driver.start({ kind: 'ping', operationId: 2, to: endpoint('2001:db8::2', 2) })
    expect(sent).toEqual(['four', 'six'])
  })

  it.each([0, 1, 2, 3])('may deliver %i datagrams at once', async (count) => {
    const transport = faulty()
    await driver.attach(transport)
    const datagram = { bytes: new Uint8Array(30), endpoint: OTHER }
    transport.handlers?.received(Array.from({ length: count }, () => datagram))
    expect(core.info(0).counters.datagramsReceived).toBe(count)
  })

  it('that cannot be bound rejects with its own error', async () => {
    await driver.attach(network.transport('192.0.2.1', 1))
    await expect(driver.attach(network.transport('192.0.2.1', 1))).rejects.toThrow('is in use')
  })

  it('that cannot send to an endpoint fails the queries there', async () => {
    const transport = faulty()
    await driver.attach(transport)
    ping()
    transport.handlers?.sendFailed(endpoint('192.0.2.3', 3), 'EHOSTUNREACH')
    expect(outcomes).toEqual([])
    transport.handlers?.sendFailed(OTHER, 'EHOSTUNREACH')
    expect(outcomes).toEqual([{ kind: 'failed', reason: 'unreachable' }])
  })

  it('API-8: that throws, breaks or cannot be closed causes a warning', async () => {
    const broken = (): never => {
      throw new Error('broken')
    }
    const transport = faulty({ send: broken, close: broken })
    await driver.attach(transport)
    ping()
    expect(clock.alarms).toBe(1)
    transport.handlers?.failed(new Error('gone'))
    expect(outcomes).toEqual([{ kind: 'failed', reason: 'unreachable' }])
    await driver.close()
    expect(new Set(warnings)).toEqual(
      new Set(['DHT_TRANSPORT_SEND', 'DHT_TRANSPORT_FAILED', 'DHT_TRANSPORT_CLOSE']),
    )
  })
})

describe('a transport that fails for good', () => {
  it('is replaced: open queries fail, and new ones are sent', async () => {
    const made: ReturnType<typeof faulty>[] = []
    const sent: number[] = []
    const again = (): Transport => {
      const number = made.length
      const transport = faulty({ send: () => void sent.push(number) })
      made.push(transport)
      return transport
    }
    await driver.attach(again(), { again, random: seededRandom(2) })
    ping(1)
    made[0]!.handlers!.failed(new Error('gone'))
    expect(outcomes).toEqual([{ kind: 'failed', reason: 'unreachable' }])
    expect(core.info(clock.now()).overlays[0]?.isOpen).toBe(false)
    ping(2)
    expect(outcomes).toHaveLength(2)
    clock.advance(LONGEST_REOPEN_MS)
    await vi.waitFor(() => expect(core.info(clock.now()).overlays[0]?.isOpen).toBe(true))
    ping(3)
    expect(sent).toEqual([0, 1])
    expect(driver.endpoints).toEqual([endpoint('192.0.2.1', 1)])
  })
})

describe('time', () => {
  it('no new alarm is set for a later instant', async () => {
    let set = 0
    const alarm = clock.alarm.bind(clock)
    clock.alarm = (at, ring) => {
      set++
      return alarm(at, ring)
    }
    await driver.attach(network.transport('192.0.2.1', 1))
    for (const operationId of [1, 2, 3]) ping(operationId)
    expect(set).toBe(1)
  })

  it('at most one alarm is set, for the next due instant; what is due happens', async () => {
    await driver.attach(network.transport('192.0.2.1', 1))
    for (let operationId = 1; operationId <= 10; operationId++) {
      ping(operationId)
      expect(clock.alarms).toBeLessThanOrEqual(1)
    }
    clock.advance(60_000)
    expect(outcomes).toHaveLength(10)
  })
})

describe('closing', () => {
  it('ends everything, and may be repeated', async () => {
    const transport = faulty()
    await driver.attach(network.transport('2001:db8::1', 1))
    await driver.attach(transport)
    ping()
    expect(clock.alarms).toBe(1)
    await Promise.all([driver.close(), driver.close()])
    await driver.close()
    expect([network.open, clock.alarms]).toEqual([0, 0])
    const sent = network.sent.length
    transport.handlers?.received([{ bytes: new Uint8Array(30), endpoint: OTHER }])
    transport.handlers?.sendFailed(OTHER, 'EPERM')
    ping()
    clock.advance(60_000)
    expect([network.sent.length, clock.alarms]).toEqual([sent, 0])
    expect(core.info(0).counters.datagramsReceived).toBe(0)
    expect(outcomes).toEqual([])
  })
})
