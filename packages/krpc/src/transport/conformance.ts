// What the port of transports promises, each promise with a check of it. A check needs no test
// runner: it returns, or throws an error that says what was broken. It knows no network; the caller
// makes the transports and knows how long they take.

import { type Endpoint, formatEndpoint, sameEndpoint } from '../address/endpoint.ts'
import type { Datagram, Transport } from './transport.ts'

/** What the checks need of the transport that is checked. */
export interface TransportBench {
  /** A new transport, not started. All transports of one bench have one family and one network. */
  make(): Transport
  /** Resolves once everything that was sent has arrived or is lost. */
  settle(): Promise<void>
}

/** One promise of the port. */
export interface TransportPromise {
  /** A sentence for the title of a test. */
  readonly says: string
  /**
   * Makes transports, uses them and closes them.
   *
   * @throws {Error} when the promise is broken
   */
  check(bench: TransportBench): Promise<void>
}

/**
 * The promises of {@link Transport}, to be checked one by one.
 *
 * @example
 * describe('my transport', () => {
 *   it.each(TRANSPORT_PROMISES)('$says', ({ check }) => check({ make, settle }))
 * })
 */
export const TRANSPORT_PROMISES: readonly TransportPromise[] = Object.freeze<TransportPromise[]>([
  {
    says: 'start fulfils with the local endpoint, of the family of the transport',
    check: (bench) =>
      withStarted(bench, 1, async ([only]) => {
        const { family, port } = only.local
        expect(family === only.transport.family, `the family is ${only.transport.family}`)
        expect(port > 0 && port <= 65_535, 'the port is from 1 to 65535')
      }),
  },
  {
    says: 'a second start rejects',
    check: (bench) =>
      withStarted(bench, 1, async ([only]) => {
        const second = await outcomeOf(only.transport.start(IGNORES_ALL))
        expect(second === 'rejected', 'the second start rejects')
      }),
  },
  {
    says: 'a datagram arrives as it was sent, and from where its sender is bound',
    check: (bench) =>
      withStarted(bench, 2, async ([a, b]) => {
        for (const bytes of SAMPLES) a.transport.send([{ bytes, endpoint: b.local }])
        await bench.settle()
        expect(b.received.length === SAMPLES.length, `${SAMPLES.length} datagrams arrive`)
        b.received.forEach(({ bytes, endpoint }, nth) => {
          expect(sameBytes(bytes, SAMPLES[nth]!), `datagram ${nth} has the bytes that were sent`)
          expect(
            sameEndpoint(endpoint, a.local),
            `datagram ${nth} comes from ${formatEndpoint(a.local)}`,
          )
        })
      }),
  },
  {
    says: 'datagrams of one batch, and batches, arrive in the order in which they were sent',
    check: (bench) =>
      withStarted(bench, 2, async ([a, b]) => {
        const batchOf = (from: number) =>
          [0, 1, 2, 3].map((n) => ({ bytes: Uint8Array.of(from + n), endpoint: b.local }))
        for (const from of [0, 4, 8]) a.transport.send(batchOf(from))
        await bench.settle()
        const order = b.received.map(({ bytes }) => bytes[0]).join(' ')
        expect(order === '0 1 2 3 4 5 6 7 8 9 10 11', `12 datagrams arrive in order: ${order}`)
      }),
  },
  {
    says: 'bytes are plain Uint8Arrays',
    check: (bench) =>
      withStarted(bench, 2, async ([a, b]) => {
        a.transport.send([{ bytes: Uint8Array.of(1), endpoint: b.local }])
        await bench.settle()
        expect(b.received.length === 1, 'one datagram arrives')
        expect(b.isPlain, 'its bytes are a Uint8Array and of no subclass')
      }),
  },
  {
    says: 'send reads bytes and endpoints before it returns, and no later',
    check: (bench) =>
      withStarted(bench, 2, async ([a, b]) => {
        let isOver = false
        let isReadLate = false
        const read = <T>(value: T): T => {
          isReadLate ||= isOver
          return value
        }
        const datagram: Datagram = {
          get bytes() {
            return read(Uint8Array.of(7))
          },
          get endpoint() {
            return read(b.local)
          },
        }
        a.transport.send([datagram])
        isOver = true
        await bench.settle()
        expect(!isReadLate, 'nothing of a datagram is read after send has returned')
        expect(b.received[0]?.bytes[0] === 7, 'the datagram arrives')
      }),
  },
  {
    says: 'a reply can be sent while a datagram is being received',
    check: (bench) =>
      withStarted(bench, 2, async ([a, b]) => {
        b.onReceived = ({ endpoint }) => {
          b.transport.send([{ bytes: Uint8Array.of(2), endpoint }])
        }
        a.transport.send([{ bytes: Uint8Array.of(1), endpoint: b.local }])
        await bench.settle()
        expect(a.received[0]?.bytes[0] === 2, 'the reply arrives')
      }),
  },
  {
    says: 'what is sent before start or after close is dropped without an error',
    check: (bench) =>
      withStarted(bench, 1, async ([only]) => {
        const early = bench.make()
        const datagram = { bytes: Uint8Array.of(1), endpoint: only.local }
        early.send([datagram])
        await early.close()
        early.send([datagram])
        await bench.settle()
        expect(only.received.length === 0, 'nothing arrives')
      }),
  },
  {
    says: 'a transport that was closed cannot be started',
    check: async (bench) => {
      const transport = bench.make()
      await transport.close()
      const start = await outcomeOf(transport.start(IGNORES_ALL))
      expect(start === 'rejected', 'the start rejects')
    },
  },
  {
    says: 'close may be called again, and nothing is told after it was called',
    check: (bench) =>
      withStarted(bench, 2, async ([a, b]) => {
        a.transport.send([{ bytes: Uint8Array.of(1), endpoint: b.local }])
        const closing = b.transport.close()
        const told = b.told
        await closing
        await b.transport.close()
        a.transport.send([{ bytes: Uint8Array.of(2), endpoint: b.local }])
        await bench.settle()
        expect(b.told === told, 'the handlers are not called any more')
      }),
  },
])

/** A transport that was started, and everything that it told. */
interface Started {
  readonly transport: Transport
  readonly local: Endpoint
  /** Datagrams in the order of their arrival, each with a copy of its bytes: they are only lent. */
  readonly received: Datagram[]
  /** Whether the bytes of all of them were plain. */
  isPlain: boolean
  /** Calls of any handler. */
  told: number
  onReceived: (datagram: Datagram) => void
}

const IGNORES_ALL = { received: () => {}, sendFailed: () => {}, failed: () => {} }

/**
 * An empty datagram, one byte, all values of a byte, and as many as fit every network (RFC 8085).
 */
const SAMPLES: readonly Uint8Array[] = [
  new Uint8Array(0),
  Uint8Array.of(0),
  Uint8Array.from({ length: 256 }, (_, value) => value),
  new Uint8Array(1_200).fill(0xff),
]

type Several<N extends number> = N extends 1 ? readonly [Started] : readonly [Started, Started]

/** Starts `count` transports, hands them over, and closes them whatever happens. */
async function withStarted<N extends 1 | 2>(
  bench: TransportBench,
  count: N,
  use: (started: Several<N>) => Promise<void>,
): Promise<void> {
  const started: Started[] = []
  try {
    while (started.length < count) started.push(await start(bench.make()))
    await use(started as unknown as Several<N>)
  } finally {
    await Promise.all(started.map(({ transport }) => transport.close()))
  }
}

async function start(transport: Transport): Promise<Started> {
  const handled: Omit<Started, 'transport' | 'local'> = {
    received: [],
    isPlain: true,
    told: 0,
    onReceived: () => {},
  }
  const only = Object.assign(handled, { transport, local: undefined as unknown as Endpoint })
  only.local = await transport.start({
    received: (batch) => {
      only.told++
      expect(batch.length > 0, 'a batch has at least one datagram')
      for (const { bytes, endpoint } of batch) {
        only.isPlain &&= Object.getPrototypeOf(bytes) === Uint8Array.prototype
        const datagram = { bytes: bytes.slice(), endpoint }
        only.received.push(datagram)
        only.onReceived(datagram)
      }
    },
    sendFailed: () => void only.told++,
    failed: () => void only.told++,
  })
  return only
}

async function outcomeOf(promise: Promise<unknown>): Promise<'fulfilled' | 'rejected'> {
  return promise.then(
    () => 'fulfilled' as const,
    () => 'rejected' as const,
  )
}

function expect(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(`broken promise of a transport: ${what}`)
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at])
}
