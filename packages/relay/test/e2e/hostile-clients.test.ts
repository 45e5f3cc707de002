// Clients that break the protocol, know no secret, come from other pages, say nothing, or come in
// masses. The relay goes on serving others, and keeps nothing of them.

import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { endpoint } from '@dht/krpc'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { CloseCode } from '../../src/protocol/close-codes.ts'
import { writeDatagram } from '../../src/protocol/frame.ts'
import { writeHello } from '../../src/protocol/hello.ts'
import type { Relay } from '../../src/server/relay.ts'
import {
  clientOf,
  partyOf,
  pass,
  pingOf,
  RawClient,
  relayOf,
  transportOf,
  udpParty,
} from '../support/lab.ts'

const SECRET = 'a secret of enough characters'
const HELLO = writeHello({ network: 'dht256', family: 4 })
const ANYBODY = endpoint('127.0.0.1', 9_999)

/** Whether the relay still serves, and has forgotten everyone else. */
async function expectUnharmed(relay: Relay, options: object = {}): Promise<void> {
  await vi.waitFor(() => expect(relay.info().connections).toBe(0), 5_000)
  const [page, peer] = [await partyOf(transportOf(relay, options)), await udpParty()]
  page.send(peer.local, pingOf())
  await vi.waitFor(() => expect(peer.received).toHaveLength(1))
  await page.transport.close()
}

describe('what is no hello ends the connection', () => {
  it.each([
    ['', CloseCode.badFrame],
    ['hello', CloseCode.badFrame],
    ['null', CloseCode.badFrame],
    ['{"hello":null}', CloseCode.badFrame],
    ['{"hello":{"network":1,"family":4}}', CloseCode.badFrame],
    ['{"hello":{"network":"dht256","family":5}}', CloseCode.badFrame],
    ['{"hello":{"network":"dht256","family":4,"secret":{}}}', CloseCode.badFrame],
    ['{"hello":{"network":"__proto__","family":4}}', CloseCode.noSuchNetwork],
    ['{"hello":{"network":"mainline","family":4}}', CloseCode.noSuchNetwork],
    [`{"hello":{"network":"${'a'.repeat(1_500)}","family":4}}`, CloseCode.badFrame],
    ['['.repeat(1_900), CloseCode.badFrame],
    [Uint8Array.of(1, 2, 3), CloseCode.badFrame],
    [writeDatagram({ bytes: pingOf(), endpoint: ANYBODY }), CloseCode.badFrame],
  ])('%j', async (first, code) => {
    const relay = await relayOf()
    const client = await clientOf(relay)
    client.socket.send(first)
    await vi.waitFor(() => expect(client.closeCode).toBe(code))
    expect(client.texts).toEqual([])
    await expectUnharmed(relay)
  })
})

describe('what is no datagram ends the connection', () => {
  it.each([
    ['a second hello', HELLO],
    ['nothing', new Uint8Array(0)],
    ['an unknown kind', Uint8Array.of(9, 127, 0, 0, 1, 9, 9)],
    ['an endpoint cut short', Uint8Array.of(0, 127, 0, 0, 1, 9)],
    ['port 0', Uint8Array.of(0, 127, 0, 0, 1, 0, 0)],
    ['a failure, which only relays send', Uint8Array.of(1, 127, 0, 0, 1, 9, 9)],
  ])('%s', async (_, frame) => {
    const relay = await relayOf()
    const client = await clientOf(relay)
    await client.welcome()
    client.socket.send(frame)
    await vi.waitFor(() => expect(client.closeCode).toBe(CloseCode.badFrame))
    await expectUnharmed(relay)
  })

  it('IPv4 mapped into IPv6', async () => {
    const relay = await relayOf()
    const client = await clientOf(relay)
    await client.welcome({ family: 6 })
    const mapped = [...new Array<number>(10).fill(0), 255, 255, 127, 0, 0, 1, 9, 9]
    client.socket.send(Uint8Array.of(0, ...mapped, ...pingOf()))
    await vi.waitFor(() => expect(client.closeCode).toBe(CloseCode.badFrame))
  })

  it('a message that is too large, before it has arrived', async () => {
    const relay = await relayOf()
    const client = await clientOf(relay)
    await client.welcome()
    client.socket.send(new Uint8Array(10_000_000))
    await vi.waitFor(() => expect(client.closeCode).toBe(1009))
    await expectUnharmed(relay)
  })

  it('garbage on the connection itself', async () => {
    const relay = await relayOf()
    const client = await clientOf(relay)
    await client.welcome()
    const raw = Reflect.get(client.socket, '_socket') as Socket
    raw.write(new Uint8Array(500).fill(0xff))
    await vi.waitFor(() => expect(client.closeCode).toBeDefined())
    await expectUnharmed(relay)
  })
})

describe('a secret', () => {
  it.each([undefined, '', 'wrong', `${SECRET} `, SECRET.slice(1)])(
    '%j is refused',
    async (secret) => {
      const relay = await relayOf({ secret: SECRET })
      const transport = transportOf(relay, secret === undefined ? {} : { secret })
      const start = partyOf(transport)
      await expect(start).rejects.toMatchObject({
        code: 'ERR_DHT_RELAY_REFUSED',
        closeCode: CloseCode.wrongSecret,
      })
      expect(relay.info()).toMatchObject({ clients: 0, counters: { clientsRefused: 1 } })
      await expectUnharmed(relay, { secret: SECRET })
    },
  )
})

describe('pages', () => {
  const origins = ['https://good.example']

  it.each([
    [{ origin: 'https://good.example' }, true],
    [{ origin: 'http://good.example' }, false],
    [{ origin: 'https://good.example:444' }, false],
    [{ origin: 'https://evil.example' }, false],
    [{ origin: 'null' }, false],
    [{}, true],
  ])('of %j', async (options, isServed) => {
    const relay = await relayOf({ origins })
    const client = new RawClient(relay.url!, options)
    if (isServed) await (await client.open()).welcome()
    else await vi.waitFor(() => expect(client.closeCode).toBe(1006))
    expect(relay.info().counters.clientsRefused).toBe(isServed ? 0 : 1)
  })

  it('another path or another protocol is refused', async () => {
    const relay = await relayOf()
    const clients = [
      new RawClient(relay.url!.replace('dht-relay', 'other')),
      new RawClient(relay.url!, {}, ['chat']),
      new RawClient(relay.url!, {}, []),
    ]
    for (const client of clients) await vi.waitFor(() => expect(client.closeCode).toBe(1006))
    expect((await fetch(relay.url!.replace('ws:', 'http:'))).status).toBe(426)
    await expectUnharmed(relay)
  })
})

describe('those who say nothing', () => {
  const helloMs = 300

  it('are dropped: no hello', async () => {
    const relay = await relayOf({ helloMs })
    const client = await clientOf(relay)
    await vi.waitFor(() => expect(client.closeCode).toBe(CloseCode.helloTimeout))
    await expectUnharmed(relay)
  })

  it.each(['', 'GET /dht-relay HTTP/1.1\r\nUpgrade: websocket\r\n', 'GET /dht-'])(
    'are dropped: half a handshake, %j',
    async (text) => {
      const relay = await relayOf({ helloMs })
      const socket = connect(Number(new URL(relay.url!).port), '127.0.0.1')
      onTestFinished(() => void socket.destroy())
      socket.on('error', () => {})
      socket.write(text)
      await Promise.race([
        once(socket, 'close'),
        new Promise((_, reject) => setTimeout(reject, 5_000, new Error('still open'))),
      ])
      await expectUnharmed(relay)
    },
  )

  it('are dropped: no answer to a ping', async () => {
    const relay = await relayOf({ pingEveryMs: 100 })
    const client = new RawClient(relay.url!, { autoPong: false })
    await (await client.open()).welcome()
    await vi.waitFor(() => expect(relay.info().clients).toBe(0))
    expect(relay.info().counters.clientsSilent).toBe(1)
    await expectUnharmed(relay)
  })

  it('but not those who answer', async () => {
    const relay = await relayOf({ pingEveryMs: 50, helloMs: 100 })
    const client = await clientOf(relay)
    await client.welcome()
    await pass(600)
    expect(relay.info().clients).toBe(1)
    expect(client.texts.filter((text) => text.includes('alive')).length).toBeGreaterThan(2)
  })
})

describe('pings of clients', () => {
  it('are answered', async () => {
    const client = await clientOf(await relayOf())
    await client.welcome()
    client.socket.ping('here?')
    const [answer] = await once(client.socket, 'pong')
    expect(String(answer)).toBe('here?')
  })

  it.each(['ping', 'pong'] as const)('that come in masses end the connection: %s', async (kind) => {
    const relay = await relayOf()
    const client = await clientOf(relay)
    await client.welcome()
    for (let nth = 0; nth < 10_000; nth++) client.socket[kind](new Uint8Array(125))
    await vi.waitFor(() => expect(client.closeCode).toBe(CloseCode.badFrame))
    await expectUnharmed(relay)
  })
})

describe('many', () => {
  it('clients of one address are refused beyond a number, until others have gone', async () => {
    const relay = await relayOf({ maxClientsPerAddress: 3 })
    const clients = [await clientOf(relay), await clientOf(relay), await clientOf(relay)]
    const fourth = new RawClient(relay.url!)
    await vi.waitFor(() => expect(fourth.closeCode).toBe(1006))
    clients[0]?.socket.close()
    await vi.waitFor(() => expect(relay.info().connections).toBe(2))
    await (await clientOf(relay)).welcome()
  })

  it('clients in all are refused beyond a number', async () => {
    let next = 0
    const addressOf = () => `192.0.2.${next++}`
    const relay = await relayOf({ maxClients: 3, addressOf })
    await Promise.all([clientOf(relay), clientOf(relay), clientOf(relay)])
    const fourth = new RawClient(relay.url!)
    await vi.waitFor(() => expect(fourth.closeCode).toBe(1006))
    expect(relay.info().counters.clientsRefused).toBe(1)
  })

  it('connections that send nothing are bounded', async () => {
    const relay = await relayOf({ maxClientsPerAddress: 4 })
    const port = Number(new URL(relay.url!).port)
    let open = 0
    const sockets = Array.from({ length: 50 }, () => connect(port, '127.0.0.1'))
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy()
    })
    for (const socket of sockets) {
      open++
      socket.on('error', () => {}).on('close', () => open--)
    }
    await vi.waitFor(() => expect(open).toBe(8))
  })

  it('clients that come and go leave no port and no count behind', async () => {
    const relay = await relayOf()
    for (let round = 0; round < 5; round++) {
      const clients = await Promise.all(Array.from({ length: 10 }, () => clientOf(relay)))
      await Promise.all(clients.map((client) => client.welcome()))
      expect(relay.info()).toMatchObject({ clients: 10, connections: 10 })
      for (const { socket } of clients) socket.terminate()
      await vi.waitFor(() => expect(relay.info()).toMatchObject({ clients: 0, connections: 0 }))
    }
    await expectUnharmed(relay)
  })

  it('a client that goes while its port is opened leaves none', async () => {
    const relay = await relayOf()
    const client = await clientOf(relay)
    client.socket.send(HELLO)
    client.socket.terminate()
    await expectUnharmed(relay)
    await vi.waitFor(() => expect(relay.info().clients).toBe(0))
  })
})

it('a relay that is closed ends its connections, also of clients that do not answer', async () => {
  const relay = await relayOf()
  const [client, deaf] = [await clientOf(relay), await clientOf(relay)]
  await Promise.all([client.welcome(), deaf.welcome()])
  deaf.socket.pause()
  await relay.close()
  await vi.waitFor(() => expect(client.closeCode).toBe(CloseCode.ending))
  expect(relay.info()).toMatchObject({ clients: 0, connections: 0 })
  const late = new RawClient(relay.url!)
  await vi.waitFor(() => expect(late.closeCode).toBe(1006))
})
