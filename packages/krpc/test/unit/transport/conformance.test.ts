// The checks of the port pass for the UDP transport, and each check fails for a transport that
// breaks the promise.

import { type Datagram, type Endpoint, endpoint, formatEndpoint, type Transport } from '@dht/krpc'
import { TRANSPORT_PROMISES, type TransportBench } from '@dht/krpc/conformance'
import { udpTransport } from '@dht/krpc/udp'
import { describe, expect, it } from 'vitest'

const PAUSE_MS = 60

describe.each(['127.0.0.1', '::1'])('the UDP transport on %s', (address) => {
  const family = address === '::1' ? 6 : 4
  const bench: TransportBench = {
    make: () => udpTransport({ family, address }),
    settle: () => new Promise((resolve) => setTimeout(resolve, PAUSE_MS)),
  }
  it.each(TRANSPORT_PROMISES)('$says', ({ check }) => check(bench))
})

/** A network in memory that keeps every promise. Subclasses break one promise each. */
class MemoryTransport implements Transport {
  readonly family: 4 | 6 = 4
  readonly network: Map<string, MemoryTransport>
  readonly local: Endpoint
  handlers: Parameters<Transport['start']>[0] | undefined
  state: 'new' | 'open' | 'closed' = 'new'

  constructor(network: Map<string, MemoryTransport>) {
    this.network = network
    this.local = endpoint('10.0.0.1', 1_000 + network.size)
    network.set(formatEndpoint(this.local), this)
  }

  async start(handlers: Parameters<Transport['start']>[0]): Promise<Endpoint> {
    if (this.state !== 'new') throw new Error('started before')
    this.handlers = handlers
    await Promise.resolve()
    this.open()
    return this.local
  }

  open(): void {
    if (this.state !== 'new') throw new Error('closed before it was open')
    this.state = 'open'
  }

  send(batch: readonly Datagram[]): void {
    if (this.state !== 'open') return
    for (const { bytes, endpoint: to } of batch) {
      const target = this.network.get(formatEndpoint(to))
      const copy = bytes.slice()
      queueMicrotask(() => target?.receive({ bytes: copy, endpoint: this.local }))
    }
  }

  receive(datagram: Datagram): void {
    if (this.state === 'open') this.handlers?.received([datagram])
  }

  async close(): Promise<void> {
    this.state = 'closed'
  }
}

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 100; turn++) await Promise.resolve()
}

/** The promises that transports of this class break. */
async function brokenBy(Kind: typeof MemoryTransport): Promise<string[]> {
  const broken: string[] = []
  for (const { says, check } of TRANSPORT_PROMISES) {
    const network = new Map<string, MemoryTransport>()
    await check({ make: () => new Kind(network), settle }).catch(() => broken.push(says))
  }
  return broken
}

it('a transport that keeps every promise passes', async () => {
  expect(await brokenBy(MemoryTransport)).toEqual([])
})

const FAULTS: readonly [promise: string, Kind: typeof MemoryTransport][] = [
  [
    'start fulfils with the local endpoint, of the family of the transport',
    class extends MemoryTransport {
      override readonly family = 6
    },
  ],
  [
    'a second start rejects',
    class extends MemoryTransport {
      override async start(handlers: Parameters<Transport['start']>[0]): Promise<Endpoint> {
        return this.state === 'open' ? this.local : super.start(handlers)
      }
    },
  ],
  [
    'a datagram arrives as it was sent, and from where its sender is bound',
    class extends MemoryTransport {
      override receive({ bytes, endpoint: from }: Datagram): void {
        super.receive({ bytes: bytes.length > 1_000 ? bytes.slice(1) : bytes, endpoint: from })
      }
    },
  ],
  [
    'datagrams of one batch, and batches, arrive in the order in which they were sent',
    class extends MemoryTransport {
      override send(batch: readonly Datagram[]): void {
        super.send(batch.toReversed())
      }
    },
  ],
  [
    'bytes are plain Uint8Arrays',
    class extends MemoryTransport {
      override receive({ bytes, endpoint: from }: Datagram): void {
        super.receive({ bytes: Buffer.from(bytes), endpoint: from })
      }
    },
  ],
  [
    'send reads bytes and endpoints before it returns, and no later',
    class extends MemoryTransport {
      override send(batch: readonly Datagram[]): void {
        queueMicrotask(() => super.send(batch))
      }
    },
  ],
  [
    'a reply can be sent while a datagram is being received',
    class extends MemoryTransport {
      #isReceiving = false
      override receive(datagram: Datagram): void {
        this.#isReceiving = true
        super.receive(datagram)
        this.#isReceiving = false
      }
      override send(batch: readonly Datagram[]): void {
        if (!this.#isReceiving) super.send(batch)
      }
    },
  ],
  [
    'what is sent before start or after close is dropped without an error',
    class extends MemoryTransport {
      override send(batch: readonly Datagram[]): void {
        if (this.state === 'new') throw new Error('not started')
        super.send(batch)
      }
    },
  ],
  [
    'a transport that was closed cannot be started',
    class extends MemoryTransport {
      override async start(handlers: Parameters<Transport['start']>[0]): Promise<Endpoint> {
        if (this.state === 'closed') this.state = 'new'
        return super.start(handlers)
      }
    },
  ],
  [
    'close may be called again, and nothing is told after it was called',
    class extends MemoryTransport {
      override receive(datagram: Datagram): void {
        if (this.state !== 'new') this.handlers?.received([datagram])
      }
    },
  ],
]

it.each(FAULTS)(
  'the check finds a transport that breaks the promise: %s',
  async (promise, Kind) => {
    expect(await brokenBy(Kind)).toContain(promise)
  },
)

it('every promise has a transport that breaks it', () => {
  expect(FAULTS.map(([promise]) => promise)).toEqual(TRANSPORT_PROMISES.map(({ says }) => says))
})
