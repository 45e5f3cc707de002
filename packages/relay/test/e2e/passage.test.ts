// What passes a relay: messages of its networks, both ways, and nothing else.

import { dht256, endpoint, mainline } from '@dht/krpc'
import { describe, expect, it, vi } from 'vitest'
import { clientOf, partyOf, pass, pingOf, relayOf, transportOf, udpParty } from '../support/lab.ts'

describe.each([4, 6] as const)('messages, IPv%i', (family) => {
  it('pass both ways, in order, and each client has an endpoint of its own', async () => {
    const relay = await relayOf()
    const [a, b] = [transportOf(relay, { family }), transportOf(relay, { family })]
    const [page, other, peer] = [await partyOf(a), await partyOf(b), await udpParty(family)]
    expect(page.local).not.toEqual(other.local)
    const sent = Array.from({ length: 20 }, (_, number) => pingOf(number))
    page.send(peer.local, ...sent)
    await vi.waitFor(() => expect(peer.received).toHaveLength(20))
    expect(peer.received).toEqual(sent.map((bytes) => ({ bytes, endpoint: page.local })))
    peer.send(page.local, ...sent)
    await vi.waitFor(() => expect(page.received).toHaveLength(20))
    expect(page.received).toEqual(sent.map((bytes) => ({ bytes, endpoint: peer.local })))
    page.send(other.local, pingOf(1))
    await vi.waitFor(() => expect(other.received[0]?.endpoint).toEqual(page.local))
    expect(relay.info()).toMatchObject({
      clients: 2,
      counters: { datagramsSent: 21, datagramsReceived: 21, clientsAccepted: 2 },
    })
  })
})

it('a datagram that nobody takes is reported, as far as the system knows', async () => {
  const page = await partyOf(transportOf(await relayOf({ allow: ['0.0.0.0/0'] })))
  const broadcast = endpoint('255.255.255.255', 4_000)
  page.send(broadcast, pingOf())
  await vi.waitFor(() => expect(page.failed).toEqual([[broadcast, 'EACCES']]))
})

describe('what is no message of the network', () => {
  const others = [
    new Uint8Array(0),
    new TextEncoder().encode('GET / HTTP/1.1\r\nHost: a\r\n\r\n'),
    new Uint8Array(1_500).fill(0x64),
    pingOf(0, mainline),
  ]

  it('does not pass to UDP', async () => {
    const relay = await relayOf()
    const [client, peer] = [await clientOf(relay), await udpParty()]
    await client.welcome()
    for (const bytes of others) client.send(peer.local, bytes)
    client.send(peer.local, pingOf(1))
    await vi.waitFor(() => expect(peer.received).toHaveLength(1))
    expect(relay.info().counters).toMatchObject({ malformed: others.length, datagramsSent: 1 })
  })

  it('does not pass from UDP', async () => {
    const relay = await relayOf()
    const [client, peer] = [await clientOf(relay), await udpParty()]
    const local = await client.welcome()
    peer.send(local, ...others, pingOf(1))
    await vi.waitFor(() => expect(client.datagrams).toHaveLength(1))
    expect(client.datagrams[0]?.bytes).toEqual(pingOf(1))
    expect(relay.info().counters).toMatchObject({ malformed: others.length, datagramsReceived: 1 })
  })

  it('of another network passes where that network is served', async () => {
    const relay = await relayOf({ networks: [dht256, mainline] })
    const page = await partyOf(transportOf(relay, { network: mainline }))
    const peer = await udpParty()
    page.send(peer.local, pingOf(0, mainline), pingOf(0, dht256))
    await vi.waitFor(() => expect(relay.info().counters.malformed).toBe(1))
    expect(peer.received.map(({ bytes }) => bytes)).toEqual([pingOf(0, mainline)])
  })
})

describe('where messages do not pass', () => {
  it('loopback, unless it is allowed', async () => {
    const relay = await relayOf({ allow: [] })
    const [client, peer] = [await clientOf(relay), await udpParty()]
    const local = await client.welcome()
    client.send(peer.local, pingOf())
    peer.send(local, pingOf())
    await vi.waitFor(() => expect(relay.info().counters.forbidden).toBe(2))
    expect([peer.received, client.datagrams]).toEqual([[], []])
  })

  it('ports below 1,024, also where all addresses are allowed', async () => {
    const relay = await relayOf({ allow: ['0.0.0.0/0'] })
    const client = await clientOf(relay)
    await client.welcome()
    for (const port of [1, 53, 1_023]) client.send(endpoint('127.0.0.1', port), pingOf())
    await vi.waitFor(() => expect(relay.info().counters.forbidden).toBe(3))
  })
})

describe('limits', () => {
  it('what a client sends too fast is dropped', async () => {
    const relay = await relayOf({ datagramsPerSecond: 100 })
    const [client, peer] = [await clientOf(relay), await udpParty()]
    await client.welcome()
    const startedAt = performance.now()
    for (let number = 0; number < 5_000; number++) client.send(peer.local, pingOf(number))
    await vi.waitFor(() => expect(peer.received.length).toBeGreaterThan(200), 5_000)
    await pass(500)
    const seconds = (performance.now() - startedAt) / 1_000
    expect(peer.received.length).toBeLessThanOrEqual(200 + 100 * (seconds + 0.1))
    expect(relay.info().counters.limited).toBeGreaterThan(500)
  })

  it('bytes are limited as well', async () => {
    const relay = await relayOf({ bytesPerSecond: 1_000 })
    const [client, peer] = [await clientOf(relay), await udpParty()]
    await client.welcome()
    const size = pingOf().length
    for (let number = 0; number < 200; number++) client.send(peer.local, pingOf(number))
    await vi.waitFor(() => expect(peer.received.length * size).toBeGreaterThan(1_900))
    expect(peer.received.length * size).toBeLessThan(2_000 + 1_000 + size)
  })

  it('a peer that floods the port of a client does not reach it faster', async () => {
    const relay = await relayOf({ datagramsPerSecond: 50 })
    const [client, other, peer] = [await clientOf(relay), await clientOf(relay), await udpParty()]
    const [local, quiet] = [await client.welcome(), await other.welcome()]
    for (let number = 0; number < 2_000; number++) peer.send(local, pingOf(number))
    peer.send(quiet, pingOf(1))
    await vi.waitFor(() => expect(other.datagrams).toHaveLength(1))
    await pass(200)
    expect(client.datagrams.length).toBeGreaterThanOrEqual(90)
    expect(client.datagrams.length).toBeLessThan(160)
    expect(relay.info().counters.limited).toBeGreaterThan(100)
  })

  it('what waits for a client that reads nothing is bounded', async () => {
    const maxBufferedBytes = 20_000
    const relay = await relayOf({ datagramsPerSecond: 1e6, bytesPerSecond: 1e9, maxBufferedBytes })
    const [client, peer] = [await clientOf(relay), await udpParty()]
    const local = await client.welcome()
    client.socket.pause()
    const large = largestMessage()
    const flood = setInterval(() => {
      for (let nth = 0; nth < 200; nth++) peer.send(local, large)
    }, 5)
    try {
      await vi.waitFor(() => expect(relay.info().counters.overflowed).toBeGreaterThan(100), 20_000)
    } finally {
      clearInterval(flood)
    }
  })

  /** A response with a value of 1,200 bytes. */
  function largestMessage(): Uint8Array {
    const [a, b] = ['a'.repeat(32), 'b'.repeat(1_200)]
    const text = `d1:n6:dht2561:rd2:id32:${a}1:x1200:${b}e1:t1:a1:y1:re`
    return new TextEncoder().encode(text)
  }
})
