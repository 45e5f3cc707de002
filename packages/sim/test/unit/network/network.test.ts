// Each fault of the network does what its option says.

import { endpoint } from '@dht/krpc'
import { constantLatency, givenLatency, planeLatency, uniformLatency, World } from '@dht/sim'
import { describe, expect, it } from 'vitest'
import { RecordingProcess } from '../../support/recording-process.ts'

const MANY = 4_000

/** Two hosts of a new world. */
function pair(
  network: ConstructorParameters<typeof World>[0],
): [World, RecordingProcess, RecordingProcess] {
  const world = new World(network)
  return [world, new RecordingProcess(world), new RecordingProcess(world)]
}

/** Six standard deviations of how many of `count` packets a share of `share` is. */
const sixSigma = (share: number, count: number): number =>
  6 * Math.sqrt(count * share * (1 - share))

describe('latency', () => {
  it('constant: every packet takes the same time', () => {
    const [world, a, b] = pair({ network: { latency: constantLatency(25) } })
    world.advance(7)
    a.sendText('x', b)
    world.advance(24)
    expect(b.received).toEqual([])
    world.advance(1)
    expect(b.received).toEqual([{ text: 'x', from: '11.0.0.1:3739', at: 32 }])
  })

  it('uniform: both ends included, all equally likely, so packets overtake one another', () => {
    const [world, a, b] = pair({ network: { latency: uniformLatency(10, 13) } })
    for (let i = 0; i < MANY; i++) a.sendText(String(i), b)
    world.advance(100)
    const counts = [10, 11, 12, 13].map((at) => b.received.filter((each) => each.at === at).length)
    expect(counts.reduce((sum, count) => sum + count)).toBe(MANY)
    for (const count of counts) {
      expect(Math.abs(count - MANY / 4)).toBeLessThan(sixSigma(0.25, MANY))
    }
    expect(b.texts).not.toEqual(b.texts.toSorted((x, y) => Number(x) - Number(y)))
  })

  it('plane: a minimum, the distance, a random part', () => {
    const latency = planeLatency({ floorMs: 2, acrossMs: 100, jitterMs: 8 })
    expect(latency({ x: 0, y: 0 }, { x: 0.3, y: 0.4 }, 0.5)).toBe(2 + 50 + 4)
    expect(latency({ x: 0.5, y: 0.5 }, { x: 0.5, y: 0.5 }, 0)).toBe(2)
  })

  it('given: the samples, all equally likely', () => {
    const latency = givenLatency([5, 50, 500])
    const at = (unit: number): number => latency({ x: 0, y: 0 }, { x: 1, y: 1 }, unit)
    expect([0, 0.33, 0.34, 0.66, 0.67, 0.999].map(at)).toEqual([5, 5, 50, 50, 500, 500])
  })

  it('wrong options are refused', () => {
    expect(() => constantLatency(-1)).toThrow('latency: expected a span of at least 0 ms, got -1')
    expect(() => uniformLatency(5, 4)).toThrow('mostMs: expected at least 5, got 4')
    expect(() => givenLatency([])).toThrow('samples: expected at least one, got []')
  })
})

describe('faults', () => {
  it('SIM-D4: loses the given share of packets, each drawn separately', () => {
    for (const loss of [0.05, 0.2, 0.9]) {
      const [world, a, b] = pair({ seed: 3, network: { loss } })
      for (let i = 0; i < MANY; i++) a.sendText('x', b)
      world.advance(1_000)
      const lost = MANY - b.received.length
      expect(Math.abs(lost - loss * MANY)).toBeLessThan(sixSigma(loss, MANY))
      expect(world.network.traffic.dropped.lost).toBe(lost)
    }
    const [world, a, b] = pair({ network: { loss: 1 } })
    a.sendText('x', b)
    world.advance(1_000)
    expect(b.received).toEqual([])
  })

  it('duplicates the given share, each copy after a delay of its own', () => {
    const [world, a, b] = pair({ seed: 4, network: { duplication: 0.3 } })
    for (let i = 0; i < MANY; i++) a.sendText(String(i), b)
    world.advance(1_000)
    const twice = b.received.length - MANY
    expect(Math.abs(twice - 0.3 * MANY)).toBeLessThan(sixSigma(0.3, MANY))
    expect(new Set(b.texts).size).toBe(MANY)
  })

  it('corrupts the given share, one to four bytes of a copy', () => {
    const [world, a, b] = pair({ seed: 5, network: { corruption: 0.3 } })
    const sent = new Uint8Array(64)
    for (let i = 0; i < MANY; i++) a.host.send(sent, b.host.endpoint)
    world.advance(1_000)
    const changes = b.texts.map((text) => [...text].filter((c) => c !== '\0').length)
    const corrupted = changes.filter((count) => count > 0)
    expect(Math.abs(corrupted.length - 0.3 * MANY)).toBeLessThan(sixSigma(0.3, MANY))
    expect([...new Set(corrupted)].sort()).toEqual([1, 2, 3, 4])
    expect(sent).toEqual(new Uint8Array(64))
    expect(b.received).toHaveLength(MANY)
  })

  it('SIM-D1: the effect of one fault does not depend on the others', () => {
    const lostOf = (options: object): string[] => {
      const [world, a, b] = pair({ seed: 6, network: { loss: 0.5, ...options } })
      for (let i = 0; i < 300; i++) a.sendText(String(i), b)
      world.advance(1_000)
      return [...new Set(b.texts)].toSorted()
    }
    expect(lostOf({ duplication: 0.5 })).toEqual(lostOf({}))
    expect(lostOf({ latency: constantLatency(1) })).toEqual(lostOf({}))
  })

  it('drops packets that are larger than its MTU', () => {
    const [world, a, b] = pair({ network: { latency: constantLatency(10), mtu: 5 } })
    a.sendText('12345', b)
    a.sendText('123456', b)
    world.advance(1_000)
    expect(b.texts).toEqual(['12345'])
    expect(world.network.traffic.dropped.mtu).toBe(1)
  })

  it('can change at any time, also for one direction of one link', () => {
    const [world, a, b] = pair({ network: { latency: constantLatency(10) } })
    world.network.setLink(a.host, b.host, { loss: 1 })
    a.sendText('a', b)
    b.sendText('b', a)
    world.advance(10)
    expect([a.texts, b.texts]).toEqual([['b'], []])
    world.network.set({ loss: 1 })
    b.sendText('c', a)
    world.advance(10)
    expect(a.texts).toEqual(['b'])
    expect(world.network.config.loss).toBe(1)
  })

  it('refuses invalid options', () => {
    const world = new World()
    expect(() => world.network.set({ loss: 2 })).toThrow('loss: expected a share from 0 to 1')
    expect(() => world.network.set({ mtu: 0 })).toThrow(
      'mtu: expected a whole number above 0, got 0',
    )
    expect(() => world.network.set({ lag: 1 } as object)).toThrow('option: expected a known name')
    expect(() => new World({ sed: 1 } as object)).toThrow(
      'option: expected a known name, such as seed, ',
    )
  })
})

describe('bandwidth', () => {
  it('each byte takes its time, and a packet waits for those before it', () => {
    const world = new World({ network: { latency: constantLatency(0) } })
    const a = new RecordingProcess(world, { up: { bytesPerSecond: 1_000, queueMs: 20 } })
    const b = new RecordingProcess(world, { down: { bytesPerSecond: 500, queueMs: 1_000 } })
    for (const text of ['0123456789', '01234567890123456789', 'x', 'y']) a.sendText(text, b)
    world.advance(1_000)
    // Up: 10 and 20 ms; the third packet would wait for 30. Down: twice as long, from the arrival
    // on.
    expect(b.received.map(({ at }) => at)).toEqual([30, 70])
    expect(world.network.traffic.dropped.congestion).toBe(2)
  })

  it('a bandwidth of nothing is refused', () => {
    const world = new World()
    expect(() => world.addHost({ up: { bytesPerSecond: 0 } })).toThrow('bytesPerSecond')
  })
})

describe('partitions', () => {
  it('drop packets between their sides, also those under way, until they end', () => {
    const world = new World({ network: { latency: constantLatency(10) } })
    const [a, b, c] = [
      new RecordingProcess(world),
      new RecordingProcess(world),
      new RecordingProcess(world),
    ]
    a.sendText('under way', b)
    world.advance(5)
    const heal = world.network.partition([[a.host], [b.host]])
    a.sendText('cut', b)
    b.sendText('cut', a)
    a.sendText('to a host on no side', c)
    world.advance(10)
    expect([a.texts, b.texts, c.texts]).toEqual([[], [], ['to a host on no side']])
    expect(world.network.traffic.dropped.partition).toBe(3)
    heal()
    a.sendText('healed', b)
    world.advance(10)
    expect(b.texts).toEqual(['healed'])
  })

  it('several at once are possible, with a host on one side of each', () => {
    const world = new World({ network: { latency: constantLatency(1) } })
    const [a, b] = [new RecordingProcess(world), new RecordingProcess(world)]
    const heals = [0, 1].map(() => world.network.partition([[a.host], [b.host]]))
    heals[0]?.()
    a.sendText('x', b)
    world.advance(1)
    expect(b.texts).toEqual([])
    expect(() => world.network.partition([[a.host], [a.host]])).toThrow(
      'sides: expected each host on one side',
    )
  })
})

describe('interception and injection', () => {
  it('an interceptor sees every packet, and may change, delay, multiply or drop it', () => {
    const [world, a, b] = pair({ network: { latency: constantLatency(10) } })
    const end = world.network.intercept(({ bytes }) => {
      const [first] = bytes
      if (first === 0x61) return undefined
      if (first === 0x62) return []
      return [{ bytes }, { bytes: Uint8Array.of(0x7a), afterMs: 5 }]
    })
    for (const text of ['a', 'b', 'c']) a.sendText(text, b)
    world.advance(20)
    expect(b.received.map(({ text, at }) => [text, at])).toEqual([
      ['a', 10],
      ['c', 10],
      ['z', 15],
    ])
    expect(world.network.traffic.dropped.intercepted).toBe(1)
    end()
    a.sendText('b', b)
    world.advance(20)
    expect(b.texts).toEqual(['a', 'c', 'z', 'b'])
  })

  it('a packet can be injected with any sender', () => {
    const [world, a, b] = pair({ network: { loss: 1 } })
    const from = endpoint('99.9.9.9', 9)
    world.network.inject({ bytes: Uint8Array.of(0x78), from, to: b.host.endpoint, afterMs: 3 })
    world.advance(3)
    expect(b.received).toEqual([{ text: 'x', from: '99.9.9.9:9', at: 3 }])
    expect(a.received).toEqual([])
  })
})

describe('addresses', () => {
  it('hosts may share an address with different ports, but not an endpoint', () => {
    const world = new World({ network: { latency: constantLatency(10) } })
    const shared = ['1.2.3.4', 1] as const
    const a = new RecordingProcess(world, { ipv4: endpoint(...shared) })
    const b = new RecordingProcess(world, { ipv4: endpoint('1.2.3.4', 2) })
    const c = new RecordingProcess(world)
    expect(() => world.addHost({ ipv4: endpoint(...shared) })).toThrow('one that no other host has')
    c.sendText('a', a)
    c.sendText('b', b)
    c.sendText('nobody', endpoint('1.2.3.4', 3))
    c.sendText('nobody', endpoint('5.6.7.8', 3))
    world.advance(100)
    expect([a.texts, b.texts]).toEqual([['a'], ['b']])
    expect(world.network.traffic.dropped['no-host']).toBe(2)
  })

  it('a host may have both families, and receives at each address', () => {
    const world = new World({ network: { latency: constantLatency(10) } })
    const [a, b] = [
      new RecordingProcess(world, { ipv6: true }),
      new RecordingProcess(world, { ipv6: true }),
    ]
    const [v4, v6] = [b.host.local(4), b.host.local(6)]
    if (v4 === undefined || v6 === undefined) throw new Error('expected two endpoints')
    a.sendText('4', v4)
    a.sendText('6', v6)
    world.advance(100)
    expect(new Map(b.received.map(({ text, from }) => [text, from]))).toEqual(
      new Map([
        ['4', '11.0.0.1:3739'],
        ['6', '[2a00:1::1]:3739'],
      ]),
    )
    const only = new RecordingProcess(world, { ipv4: false, ipv6: true })
    only.sendText('nothing', v4)
    world.advance(100)
    expect(b.received).toHaveLength(2)
    expect(() => world.addHost({ ipv4: false })).toThrow('at least one address')
  })
})
