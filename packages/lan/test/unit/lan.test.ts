// The source over a multicast network in memory, in which each link is an interface of a machine.

import type { DiscoveryHost, Endpoint } from '@dht/node'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Lan, LOOK_EVERY_MS } from '../../src/lan.ts'
import { type LanInterface, lanInterface } from '../../src/lan-interface.ts'
import type { MulticastListener, MulticastPacket } from '../../src/multicast.ts'
import { recordsOf, SERVICE_TYPE, TYPES } from '../../src/service-records.ts'

interface Sent {
  readonly from: string
  readonly packet: MulticastPacket
}

/** A local network; a datagram reaches all interfaces at once, also the one that sent it. */
class FakeNetwork {
  readonly sent: Sent[] = []
  readonly #listeners = new Map<string, MulticastListener>()

  get open(): readonly string[] {
    return [...this.#listeners.keys()]
  }

  send(packet: MulticastPacket, from: string, port = 5353): void {
    for (const listener of [...this.#listeners.values()]) {
      listener.packet(packet, { address: from, port })
    }
  }

  fail(address: string): void {
    this.#listeners.get(address)!.failed(new Error('EADDRINUSE'))
  }

  machine(...interfaces: LanInterface[]) {
    return {
      interfaces: () => interfaces,
      open: (address: string, listener: MulticastListener) => {
        this.#listeners.set(address, listener)
        return {
          send: (packet: MulticastPacket) => {
            this.sent.push({ from: address, packet })
            queueMicrotask(() => this.send(packet, address))
          },
          close: async () => void this.#listeners.delete(address),
        }
      },
    }
  }
}

/** A node as a source sees it, with what it was told. */
class FakeHost implements DiscoveryHost {
  readonly id = 'ab'
  readonly network: string
  readonly endpoints: readonly Endpoint[]
  readonly told: string[] = []
  readonly warnings: string[] = []

  constructor(port: number, network = 'dht256', address = '0.0.0.0') {
    this.network = network
    this.endpoints = [{ address, port, family: 4 }]
  }

  found({ address, port }: { readonly address: string; readonly port: number }): void {
    this.told.push(`${address}:${port}`)
  }

  warn(message: string): void {
    this.warnings.push(message)
  }
}

const ETH = lanInterface('10.0.0.1', '10.0.0.1/24')
const OTHER = lanInterface('10.0.0.2', '10.0.0.2/24')

let network: FakeNetwork

beforeEach(() => {
  vi.useFakeTimers()
  network = new FakeNetwork()
})

afterEach(() => vi.useRealTimers())

async function started(host: FakeHost, ...interfaces: LanInterface[]): Promise<Lan> {
  const source = new Lan(network.machine(...interfaces))
  source.start(host)
  await vi.advanceTimersByTimeAsync(0)
  return source
}

/** What another device announces. */
const announced = (port: number, name = 'dht256') =>
  recordsOf({ instance: `other-${port}`, network: name, address: '10.0.0.9', port })

describe('LAN-1: two nodes of one network', () => {
  it('find each other, whoever starts first, and not themselves', async () => {
    const [first, second] = [new FakeHost(1001), new FakeHost(1002)]
    const sources = [await started(first, ETH), await started(second, OTHER)]
    await vi.advanceTimersByTimeAsync(2_000)
    expect(first.told).toEqual(['10.0.0.2:1002'])
    expect(second.told).toEqual(['10.0.0.1:1001'])
    for (const source of sources) await source.close()
    expect(network.open).toEqual([])
  })

  it('do not find nodes of another network', async () => {
    const [first, second] = [new FakeHost(1001), new FakeHost(1002, 'mainline')]
    const sources = [await started(first, ETH), await started(second, OTHER)]
    await vi.advanceTimersByTimeAsync(2_000)
    expect([...first.told, ...second.told]).toEqual([])
    for (const source of sources) await source.close()
  })

  it('ask again every minute, and say when they end', async () => {
    const host = new FakeHost(1001)
    const source = await started(host, ETH)
    await vi.advanceTimersByTimeAsync(2_000)
    const asked = (): number => network.sent.filter(({ packet }) => packet.type === 'query').length
    const before = asked()
    await vi.advanceTimersByTimeAsync(LOOK_EVERY_MS)
    expect(asked()).toBe(before + 1)
    await source.close()
    const { packet } = network.sent.at(-1)!
    expect(packet.answers).toMatchObject([{ type: 'PTR', name: SERVICE_TYPE, ttl: 0 }])
  })
})

describe('LAN-2: what is announced', () => {
  it.each([
    ['from an address of another subnet', '192.0.2.9', 5353],
    ['from the loopback', '127.0.0.1', 5353],
    ['from a port that is not of multicast DNS', '10.0.0.9', 5354],
  ])('%s is ignored', async (_what, from, port) => {
    const host = new FakeHost(1001)
    const source = await started(host, ETH)
    network.send({ type: 'response', ...announced(7) }, from, port)
    expect(host.told).toEqual([])
    network.send({ type: 'response', ...announced(7) }, '10.0.0.9')
    expect(host.told).toEqual(['10.0.0.9:7'])
    await source.close()
  })

  it('is believed for the address of the sender only', async () => {
    const host = new FakeHost(1001)
    const source = await started(host, ETH)
    network.send({ type: 'response', ...announced(7) }, '10.0.0.77')
    expect(host.told).toEqual(['10.0.0.77:7'])
    await source.close()
  })

  it('with port 0, no name of a network, or by a node that ends is ignored', async () => {
    const host = new FakeHost(1001)
    const source = await started(host, ETH)
    const gone = recordsOf(
      { instance: 'gone', network: 'dht256', address: '10.0.0.9', port: 8 },
      true,
    )
    const { answers, additionals } = announced(9)
    const nameless = { answers, additionals: additionals.filter(({ type }) => type !== 'TXT') }
    for (const each of [announced(0), gone, nameless]) {
      network.send({ type: 'response', ...each }, '10.0.0.9')
    }
    expect(host.told).toEqual([])
    await source.close()
  })
})

describe('LAN-3: a node', () => {
  it('answers many questions once a second', async () => {
    const source = await started(new FakeHost(1001), ETH)
    await vi.advanceTimersByTimeAsync(2_000)
    network.sent.length = 0
    for (let tenth = 0; tenth < 100; tenth++) {
      network.send({ type: 'query', questions: [{ name: SERVICE_TYPE, type: 'PTR' }] }, '10.0.0.9')
      await vi.advanceTimersByTimeAsync(100)
    }
    expect(network.sent.length).toBeGreaterThanOrEqual(9)
    expect(network.sent.length).toBeLessThanOrEqual(11)
    await source.close()
  })

  it('is silent when it is asked for something else, and tells browsers its type', async () => {
    const source = await started(new FakeHost(1001), ETH)
    await vi.advanceTimersByTimeAsync(2_000)
    network.sent.length = 0
    const ask = async (name: string): Promise<void> => {
      network.send({ type: 'query', questions: [{ name, type: 'PTR' }] }, '10.0.0.9')
      await vi.advanceTimersByTimeAsync(1_500)
    }
    await ask('_http._tcp.local')
    expect(network.sent).toEqual([])
    await ask(TYPES)
    expect(network.sent[0]?.packet.answers).toMatchObject([{ data: SERVICE_TYPE }])
    await source.close()
  })

  it('uses every interface, or the one that it is bound to', async () => {
    const everywhere = await started(new FakeHost(1001), ETH, OTHER)
    expect(network.open).toEqual(['10.0.0.1', '10.0.0.2'])
    await everywhere.close()
    const bound = await started(new FakeHost(1001, 'dht256', '10.0.0.2'), ETH, OTHER)
    expect(network.open).toEqual(['10.0.0.2'])
    await bound.close()
  })

  it('of this machine alone, or without IPv4, is refused', () => {
    const source = (): Lan => new Lan(network.machine(ETH))
    const local = new FakeHost(1001, 'dht256', '127.0.0.1')
    expect(() => source().start(local)).toThrow('bound to this machine only')
    const without: DiscoveryHost = { ...local, endpoints: [], found() {}, warn() {} }
    expect(() => source().start(without)).toThrow('needs a node with IPv4')
  })

  it('warns when the networks can not be listed, and tries again', async () => {
    const host = new FakeHost(1001)
    const interfaces = vi.fn(() => [ETH])
    interfaces.mockImplementationOnce(() => {
      throw new Error('EMFILE')
    })
    const source = new Lan({ ...network.machine(), interfaces })
    source.start(host)
    expect(host.warnings).toEqual(["the networks of this machine can't be listed"])
    await vi.advanceTimersByTimeAsync(LOOK_EVERY_MS)
    expect(network.open).toEqual(['10.0.0.1'])
    interfaces.mockImplementationOnce(() => {
      throw new Error('EMFILE')
    })
    await vi.advanceTimersByTimeAsync(LOOK_EVERY_MS)
    expect(network.open).toEqual(['10.0.0.1'])
    await source.close()
  })

  it('warns when there is no network, and when multicast DNS fails, and tries again', async () => {
    const host = new FakeHost(1001)
    const interfaces: LanInterface[] = []
    const source = new Lan({ ...network.machine(), interfaces: () => interfaces })
    source.start(host)
    expect(host.warnings).toEqual(['no IPv4 network is there to look for nodes on'])
    interfaces.push(ETH)
    await vi.advanceTimersByTimeAsync(LOOK_EVERY_MS)
    expect(network.open).toEqual(['10.0.0.1'])
    network.fail('10.0.0.1')
    expect(host.warnings.at(-1)).toBe("multicast DNS can't be used on 10.0.0.1")
    expect(network.open).toEqual([])
    await vi.advanceTimersByTimeAsync(LOOK_EVERY_MS)
    expect(network.open).toEqual(['10.0.0.1'])
    interfaces.length = 0
    await vi.advanceTimersByTimeAsync(LOOK_EVERY_MS)
    expect(network.open).toEqual([])
    await source.close()
  })
})
