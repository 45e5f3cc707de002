// Real sockets, on loopback only.

import { Socket } from 'node:dgram'
import { closeSync } from 'node:fs'
import { type Datagram, type Endpoint, endpoint, type Family, type Transport } from '@dht/krpc'
import { BindError, udpTransport } from '@dht/krpc/udp'
import { afterEach, describe, expect, it, vi } from 'vitest'

const opened: Transport[] = []

/** Deno sends the datagrams of a batch side by side, and has few of the system's error codes. */
const isDeno = 'Deno' in globalThis

afterEach(async () => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
  await Promise.all(opened.splice(0).map((transport) => transport.close()))
})

/** A transport whose datagrams and failures can be awaited one by one. */
class Station {
  readonly transport: Transport
  readonly arrived: Datagram[] = []
  readonly failures: string[] = []
  onReceived = () => {}
  #wanted = 0
  #notify = () => {}
  local!: Endpoint

  constructor(options: Parameters<typeof udpTransport>[0]) {
    this.transport = udpTransport(options)
    opened.push(this.transport)
  }

  async start(): Promise<this> {
    this.local = await this.transport.start({
      received: (batch) => {
        this.onReceived()
        this.#take(() => this.arrived.push(...batch))
      },
      sendFailed: (to, code) => this.#take(() => this.failures.push(`${to.address} ${code}`)),
      failed: (error) => this.#take(() => this.failures.push(error.message)),
    })
    return this
  }

  #take(keep: () => void): void {
    keep()
    if (this.arrived.length + this.failures.length >= this.#wanted) this.#notify()
  }

  /** Waits until this many datagrams and failures have been seen in all. */
  seen(count: number): Promise<void> {
    if (this.arrived.length + this.failures.length >= count) return Promise.resolve()
    this.#wanted = count
    return new Promise((resolve) => {
      this.#notify = resolve
    })
  }
}

const LOOPBACK = { 4: '127.0.0.1', 6: '::1' } as const

function station(family: Family): Promise<Station> {
  return new Station({ family, address: LOOPBACK[family] }).start()
}

const bytes = (...values: number[]) => Uint8Array.of(...values)

describe.each([4, 6] as const)('UDP over IPv%i', (family) => {
  it('NET-1, NET-2: opens the given port, or any, and returns the local endpoint', async () => {
    const { local, transport } = await station(family)
    expect(local).toEqual(endpoint(LOOPBACK[family], local.port))
    expect(transport.family).toBe(family)
    await transport.close()
    const again = new Station({ family, address: local.address, port: local.port })
    expect((await again.start()).local).toEqual(local)
    await again.transport.close()
  })

  it('carries datagrams both ways, with the endpoint of the other side', async () => {
    const [a, b] = [await station(family), await station(family)]
    a.transport.send([
      { bytes: bytes(1, 2, 3), endpoint: b.local },
      { bytes: bytes(4), endpoint: b.local },
    ])
    await b.seen(2)
    const arrived = b.arrived.map((datagram) => [...datagram.bytes])
    expect(isDeno ? arrived.sort() : arrived).toEqual([[1, 2, 3], [4]])
    expect(b.arrived[0]!.endpoint).toEqual(a.local)
    b.transport.send([{ bytes: bytes(5), endpoint: b.arrived[1]!.endpoint }])
    await a.seen(1)
    expect(a.arrived).toEqual([{ bytes: bytes(5), endpoint: b.local }])
  })

  it('delivers plain bytes, no Buffer', async () => {
    const [a, b] = [await station(family), await station(family)]
    a.transport.send([{ bytes: bytes(1), endpoint: b.local }])
    await b.seen(1)
    expect(Object.getPrototypeOf(b.arrived[0]!.bytes)).toBe(Uint8Array.prototype)
  })

  it('NET-17 NET-58: a failed send is reported, and the next datagram is sent', async () => {
    const [a, b] = [await station(family), await station(family)]
    a.transport.send([
      { bytes: new Uint8Array(70_000), endpoint: b.local },
      { bytes: bytes(7), endpoint: b.local },
    ])
    await Promise.all([a.seen(1), b.seen(1)])
    expect(a.failures).toEqual([`${LOOPBACK[family]} EMSGSIZE`])
    expect([...b.arrived[0]!.bytes]).toEqual([7])
  })

  it('a failed send is reported, also to the latest sender, but not as a reply', async () => {
    const [a, b] = [await station(family), await station(family)]
    const large = [{ bytes: new Uint8Array(70_000), endpoint: { ...b.local } }]
    a.onReceived = () => a.transport.send(large)
    b.transport.send([{ bytes: bytes(1), endpoint: a.local }])
    await a.seen(1)
    // A report of the reply would come before this datagram arrives. On Bun there is one.
    a.transport.send([{ bytes: bytes(2), endpoint: b.local }])
    await b.seen(1)
    const ofReplies = 'Bun' in globalThis ? 1 : 0
    expect(a.failures).toHaveLength(ofReplies)
    a.transport.send(large)
    await a.seen(ofReplies + 2)
    expect(a.failures[ofReplies]).toBe(`${LOOPBACK[family]} EMSGSIZE`)
  })

  it('a port in use rejects start with the cause', async () => {
    const { local } = await station(family)
    const second = new Station({ family, address: local.address, port: local.port })
    const error = await second.start().catch((reason: unknown) => reason)
    expect(BindError.is(error)).toBe(true)
    expect(error).toMatchObject({ code: 'ERR_DHT_KRPC_BIND', cause: { code: 'EADDRINUSE' } })
    await second.transport.close()
  })

  it('starts once', async () => {
    const { transport } = await station(family)
    await expect(new Station({ family }).transport.close()).resolves.toBeUndefined()
    const again = transport.start({ received() {}, sendFailed() {}, failed() {} })
    await expect(again).rejects.toThrow(/one start/)
  })

  it('closes any number of times; datagrams before start and after close are dropped', async () => {
    const fresh = new Station({ family, address: LOOPBACK[family] })
    const other = await station(family)
    const datagram = { bytes: bytes(1), endpoint: other.local }
    fresh.transport.send([datagram])
    await fresh.start()
    await Promise.all([fresh.transport.close(), fresh.transport.close()])
    await fresh.transport.close()
    fresh.transport.send([datagram])
    const witness = await station(family)
    witness.transport.send([{ bytes: bytes(9), endpoint: other.local }])
    await other.seen(1)
    expect(other.arrived.map((seen) => [...seen.bytes])).toEqual([[9]])
  })

  it('start rejects when the transport is closed while it binds', async () => {
    const early = new Station({ family, address: LOOPBACK[family] })
    const starting = early.start().catch((reason: unknown) => reason)
    await early.transport.close()
    // Some systems bind at once, before the close: then the start has succeeded.
    const outcome = await starting
    if (outcome instanceof Error) expect(BindError.is(outcome)).toBe(true)
    await expect(early.start()).rejects.toThrow(BindError)
  })
})

it('a datagram that bounces does not affect other datagrams', async () => {
  const [a, b, gone] = [await station(4), await station(4), await station(4)]
  await gone.transport.close()
  for (let i = 0; i < 8; i++) {
    a.transport.send([
      { bytes: bytes(99), endpoint: gone.local },
      { bytes: bytes(i), endpoint: b.local },
    ])
  }
  await b.seen(8)
  const arrived = b.arrived.map((datagram) => datagram.bytes[0])
  expect(arrived.toSorted()).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
  expect(a.failures).toEqual([])
})

describe('UDP and families', () => {
  it('a send to an endpoint of the other family fails', async () => {
    const a = await station(4)
    a.transport.send([{ bytes: bytes(1), endpoint: endpoint('::1', 9) }])
    await a.seen(1)
    expect(a.failures).toHaveLength(1)
    expect(a.failures[0]).toMatch(isDeno ? /^::1 UNKNOWN$/ : /^::1 E/)
  })

  it('an IPv6 socket leaves the port free for IPv4', async () => {
    const six = await new Station({ family: 6 }).start()
    const four = await new Station({ family: 4, port: six.local.port }).start()
    expect(four.local).toEqual(endpoint('0.0.0.0', six.local.port))
    expect(six.local.address).toBe('::')
  })
})

describe('the receive buffer', () => {
  it('is requested once the socket is bound', async () => {
    vi.stubGlobal('Deno', undefined)
    const asked = vi.spyOn(Socket.prototype, 'setRecvBufferSize').mockReturnValue(undefined)
    await new Station({ family: 4, address: LOOPBACK[4], receiveBufferBytes: 70_000 }).start()
    expect(asked.mock.calls).toEqual([[70_000]])
  })

  it('is not requested on Deno, which would use it for every datagram', async () => {
    vi.stubGlobal('Deno', {})
    const asked = vi.spyOn(Socket.prototype, 'setRecvBufferSize').mockReturnValue(undefined)
    await new Station({ family: 4, address: LOOPBACK[4], receiveBufferBytes: 70_000 }).start()
    expect(asked).not.toHaveBeenCalled()
  })
})

describe('a socket that fails for good', () => {
  /** A transport and its socket. */
  async function opened(): Promise<{ station: Station; socket: Socket }> {
    const bind = vi.spyOn(Socket.prototype, 'bind')
    const made = await station(4)
    return { station: made, socket: bind.mock.contexts[0] as Socket }
  }

  it('is reported once when the socket is closed from outside, and does not throw', async () => {
    const [{ station: a, socket }, b] = [await opened(), await station(4)]
    socket.close()
    await a.seen(1)
    expect(a.failures).toEqual(['the socket was closed'])
    const datagram = { bytes: bytes(1), endpoint: b.local }
    expect(() => a.transport.send([datagram])).not.toThrow()
    await Promise.all([a.transport.close(), a.transport.close()])
    expect(a.failures).toHaveLength(1)
  })

  it('is reported when the system no longer knows the socket', async () => {
    const { station: a, socket } = await opened()
    const lost = Object.assign(new Error('bad file'), {
      code: 'EBADF',
      address: '127.0.0.1',
      port: 9,
    })
    const send = (...args: unknown[]): void => (args.at(-1) as (error: Error) => void)(lost)
    vi.spyOn(socket, 'send').mockImplementation(send as never)
    a.transport.send([{ bytes: bytes(1), endpoint: endpoint('127.0.0.1', 9) }])
    a.transport.send([{ bytes: bytes(2), endpoint: endpoint('127.0.0.1', 9) }])
    await a.seen(1)
    expect(a.failures).toEqual(['bad file'])
  })

  it.each(['EIO', 'ENOTSOCK', 'EBADF'])(
    'is reported once when receiving fails with %s',
    async (code) => {
      const { station: a, socket } = await opened()
      for (let i = 0; i < 3; i++) socket.emit('error', Object.assign(new Error('broken'), { code }))
      await a.seen(1)
      expect(a.failures).toEqual(['broken'])
    },
  )

  it.each(['ECONNREFUSED', 'ECONNRESET', 'EHOSTUNREACH', 'ENETRESET'])(
    'is not reported when a datagram bounced with %s',
    async (code) => {
      const [{ station: a, socket }, b] = [await opened(), await station(4)]
      socket.emit('error', Object.assign(new Error('bounced'), { code }))
      a.transport.send([{ bytes: bytes(1), endpoint: b.local }])
      await b.seen(1)
      expect(a.failures).toEqual([])
    },
  )
})

// Only Node gives access to the file descriptor of the socket.
if (!isDeno && !('Bun' in globalThis)) {
  it('is reported when the file descriptor of the socket is closed', async () => {
    const bind = vi.spyOn(Socket.prototype, 'bind')
    const a = await station(4)
    const socket = bind.mock.contexts[0] as Socket
    const state = Object.getOwnPropertySymbols(socket).find((each) => {
      return each.description === 'state symbol'
    })
    closeSync(Reflect.get(socket, state as symbol).handle.fd)
    a.transport.send([{ bytes: bytes(1), endpoint: endpoint('127.0.0.1', 9) }])
    await a.seen(1)
    expect(a.failures).toEqual(['send EBADF 127.0.0.1:9'])
  })
}
