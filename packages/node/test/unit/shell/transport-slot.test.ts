import { type Endpoint, endpoint, type Transport, type TransportHandlers } from '@dht/krpc'
import { seededRandom } from '@dht/testing'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import {
  FIRST_REOPEN_MS,
  LONGEST_REOPEN_MS,
  type SlotOwner,
  TransportSlot,
} from '../../../src/shell/transport-slot.ts'
import { ManualClock } from '../../support/manual-clock.ts'

const HERE = endpoint('192.0.2.1', 1)

interface Made extends Transport {
  handlers?: TransportHandlers
  closed: number
  readonly previous: Endpoint | undefined
}

let clock: ManualClock
let made: Made[]
/** What happens to the next transports that are started. */
let start: () => Promise<Endpoint>
let told: string[]
let owner: SlotOwner

beforeEach(() => {
  clock = new ManualClock(1_000)
  made = []
  start = async () => HERE
  told = []
  owner = {
    received: (batch) => void told.push(`received ${batch.length}`),
    sendFailed: (to, code) => void told.push(`${to.address} ${code}`),
    lost: (family) => void told.push(`lost ${family}`),
    reopened: ({ port }) => void told.push(`reopened ${port}`),
    warn: (code) => void told.push(code),
  }
})

function make(previous?: Endpoint): Made {
  const transport: Made = {
    family: 4,
    closed: 0,
    previous,
    start: async (handlers) => {
      transport.handlers = handlers
      return start()
    },
    send: (batch) => void told.push(`sent ${batch.length}`),
    close: async () => void transport.closed++,
  }
  made.push(transport)
  return transport
}

function slot(random = seededRandom(1)): TransportSlot {
  return new TransportSlot(make(), { owner, clock, reopening: { again: make, random } })
}

const fail = (): void => made.at(-1)!.handlers!.failed(new Error('gone'))

/** Lets the clock fire once, and the promises after it settle. */
async function ring(): Promise<number> {
  const waitedMs = clock.next! - clock.now()
  clock.advance(waitedMs)
  for (let i = 0; i < 10; i++) await Promise.resolve()
  return waitedMs
}

it.each([undefined, 5, endpoint('2001:db8::1', 1)])(
  'API-1: a transport that returns %o as its endpoint is refused, and closed',
  async (local) => {
    start = async () => local as Endpoint
    await expect(slot().open()).rejects.toMatchObject({
      code: 'ERR_DHT_NODE_ARGUMENT',
      message: expect.stringContaining('transport: expected a local endpoint of IPv4, got '),
    })
    expect(made.map(({ closed }) => closed)).toEqual([1])
  },
)

describe('a transport that fails for good', () => {
  it('is closed, and the next one is opened at the same endpoint', async () => {
    const each = slot()
    expect(await each.open()).toEqual(HERE)
    fail()
    expect(told).toEqual(['DHT_TRANSPORT_FAILED', 'lost 4'])
    expect(made[0]!.closed).toBe(1)
    await ring()
    expect(made[1]!.previous).toEqual(HERE)
    expect(told.at(-1)).toBe('reopened 1')
    each.send([{ bytes: new Uint8Array(1), endpoint: HERE }])
    expect(told.at(-1)).toBe('sent 1')
  })

  it('reports nothing more, and gets no datagrams', async () => {
    const each = slot()
    await each.open()
    fail()
    const before = told.length
    made[0]!.handlers!.received([])
    made[0]!.handlers!.sendFailed(HERE, 'EIO')
    made[0]!.handlers!.failed(new Error('again'))
    each.send([{ bytes: new Uint8Array(1), endpoint: HERE }])
    expect(told).toHaveLength(before)
    expect(clock.alarms).toBe(1)
  })

  it('is opened again at growing intervals, at any port when the old one is in use', async () => {
    const each = slot()
    await each.open()
    start = async () => {
      throw new Error('not yet')
    }
    fail()
    const waits: number[] = []
    for (let i = 0; i < 12; i++) waits.push(await ring())
    waits.forEach((waitMs, at) => {
      const base = Math.min(FIRST_REOPEN_MS * 2 ** at, LONGEST_REOPEN_MS)
      expect(waitMs).toBeGreaterThanOrEqual(base / 2)
      expect(waitMs).toBeLessThan(1.5 * base)
    })
    expect(new Set(waits).size).toBe(12)
    expect(made.slice(1).map(({ previous }) => previous)).toEqual([
      HERE,
      ...Array(11).fill(undefined),
    ])
    expect(made.every(({ closed }) => closed === 1)).toBe(true)
    start = async () => endpoint('192.0.2.1', 2)
    await ring()
    expect(told.at(-1)).toBe('reopened 2')
    expect(each.local?.port).toBe(2)
  })

  it('waits longer when the next one fails soon, and shortest after one that worked', async () => {
    // Random numbers for which every wait is the middle of its range.
    const each = slot(() => Uint8Array.of(0x80, 0, 0, 0))
    await each.open()
    fail()
    expect(await ring()).toBe(FIRST_REOPEN_MS)
    fail()
    expect(await ring()).toBe(2 * FIRST_REOPEN_MS)
    clock.advance(LONGEST_REOPEN_MS + 1)
    fail()
    expect(await ring()).toBe(FIRST_REOPEN_MS)
  })

  it('stays closed when there is no function to create it', async () => {
    const each = new TransportSlot(make(), { owner, clock, reopening: undefined })
    await each.open()
    fail()
    expect(told).toEqual(['DHT_TRANSPORT_FAILED', 'lost 4'])
    expect([clock.alarms, made[0]!.closed]).toEqual([0, 1])
  })

  it('is not replaced by one of the other family, or by an error', async () => {
    const wrong = [
      () => ({ ...make(), family: 6 }) as Transport,
      (): Transport => {
        throw new Error('no')
      },
      make,
    ]
    const again = (): Transport => wrong.shift()!()
    const each = new TransportSlot(make(), {
      owner,
      clock,
      reopening: { again, random: seededRandom(1) },
    })
    await each.open()
    fail()
    for (let i = 0; i < 3; i++) await ring()
    expect(told.filter((what) => what.startsWith('reopened'))).toEqual(['reopened 1'])
  })

  it('is opened once, though it fails while it is opened and reports so twice', async () => {
    const each = slot()
    await each.open()
    fail()
    start = async () => {
      fail()
      throw new Error('no')
    }
    await ring()
    expect(clock.alarms).toBe(1)
    start = async () => HERE
    await ring()
    expect(told.filter((what) => what.startsWith('reopened'))).toEqual(['reopened 1'])
    expect(clock.alarms).toBe(0)
    expect(made.filter(({ closed }) => closed === 0)).toHaveLength(1)
  })
})

describe('the end', () => {
  it('of a node that waits to open it again leaves nothing open', async () => {
    const each = slot()
    await each.open()
    fail()
    await each.close()
    expect(clock.alarms).toBe(0)
    expect(made).toHaveLength(1)
  })

  it('closes the one that is being opened', async () => {
    const each = slot()
    await each.open()
    fail()
    let settle = (_local: Endpoint): void => {}
    start = () =>
      new Promise((resolve) => {
        settle = resolve
      })
    await ring()
    await each.close()
    settle(HERE)
    await Promise.resolve()
    expect(made[1]!.closed).toBe(1)
    expect(told).not.toContain('reopened 1')
  })

  it('comes although closing it fails, and that is a warning', async () => {
    const each = slot()
    await each.open()
    vi.spyOn(made[0]!, 'close').mockRejectedValue(new Error('stuck'))
    await each.close()
    expect(told).toEqual(['DHT_TRANSPORT_CLOSE'])
  })

  it('of a first start that fails rejects with its error, and it is closed', async () => {
    start = async () => {
      throw new Error('in use')
    }
    await expect(slot().open()).rejects.toThrow('in use')
    expect(made[0]!.closed).toBe(1)
  })
})
