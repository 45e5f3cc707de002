// Looking up peers and announcing one, in npm's package and in ours.

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Client, From, Peer } from '../../src/index.ts'
import { answer, KITS, LOOPBACK, next, placeOf, turn, World } from '../support/clients.ts'

const HASH = 'cd'.repeat(20)
const BYTES = Buffer.from(HASH, 'hex')

type Count = [error: Error | null, count?: number]

describe.each(KITS)('$name', (kit) => {
  let world: World
  let first: Client
  let second: Client

  beforeEach(async () => {
    world = new World(kit)
    ;[first, second] = (await world.friends(2)) as [Client, Client]
  })

  afterEach(() => world.close())

  /** The peers that a client emits from now on. */
  function peersOf(client: Client): [Peer, Buffer, From | null][] {
    const told: [Peer, Buffer, From | null][] = []
    client.on('peer', (...args) => told.push(args))
    return told
  }

  const announce = (client: Client, port: number): Promise<Count> =>
    answer((done) => client.announce(HASH, port, done))
  const lookup = (client: Client): Promise<Count> => answer((done) => client.lookup(HASH, done))

  it('announces a port, of which the other node emits an event', async () => {
    const told = next(second, 'announce')
    const [error, count] = await announce(first, 1234)
    expect([error, count]).toEqual([null, 1])
    const [peer, infoHash, from] = await told
    expect(peer).toEqual({ host: LOOPBACK, port: 1234 })
    expect(infoHash).toEqual(BYTES)
    expect(from).toEqual(placeOf(first))
  })

  it('emits an event for every announcement, also for one that it has', async () => {
    const told: number[] = []
    second.on('announce', ({ port }) => told.push(port))
    for (const port of [1, 1, 2]) await announce(first, port)
    expect(told).toEqual([1, 1, 2])
  })

  it('announces the port of its socket where none is given', async () => {
    const { port } = first.address()
    const calls = [
      (done: (...args: Count) => void) => first.announce(HASH, done),
      (done: (...args: Count) => void) => first.announce(HASH, 0, done),
      (done: (...args: Count) => void) => first.announce(HASH, undefined, done),
    ]
    for (const call of calls) {
      const told = next(second, 'announce')
      expect((await answer(call))[0]).toBeNull()
      expect((await told)[0]).toEqual({ host: LOOPBACK, port })
    }
  })

  it('finds peers as events, before it calls back with the number of nodes', async () => {
    await announce(first, 1234)
    for (const hash of [HASH, BYTES, new Uint8Array(BYTES), HASH.toUpperCase()]) {
      const told = peersOf(first)
      const [error, count] = await answer<Count>((done) => first.lookup(hash, done))
      expect([error, count]).toEqual([null, 1])
      const [[peer, infoHash, from]] = told as [[Peer, Buffer, From | null]]
      expect(peer).toEqual({ host: LOOPBACK, port: 1234 })
      expect(infoHash).toEqual(BYTES)
      expect(from).toMatchObject({ address: LOOPBACK, port: second.address().port, family: 'IPv4' })
      expect(told).toHaveLength(1)
      first.removeAllListeners('peer')
    }
  })

  it('finds what it stores itself, from null, and later than the call', async () => {
    await announce(first, 1234)
    const told = peersOf(second)
    const found = lookup(second)
    expect(told).toEqual([])
    expect((await found)[0]).toBeNull()
    expect(told).toEqual([[{ host: LOOPBACK, port: 1234 }, BYTES, null]])
  })

  it('finds several peers of one node', async () => {
    for (const port of [1, 2, 3]) await announce(first, port)
    const told = peersOf(first)
    await lookup(first)
    expect(told.map(([{ port }]) => port).sort()).toEqual([1, 2, 3])
  })

  it('finds nothing where nothing was announced, and needs no callback', async () => {
    const told = peersOf(first)
    expect(await lookup(first)).toEqual([null, 1])
    first.lookup(HASH)
    first.announce(HASH)
    first.announce(HASH, 5)
    await next(second, 'announce')
    expect(told.filter(([, , from]) => from !== null).map(([{ port }]) => port)).toEqual([])
  })

  it('finds those that were announced before while it announces', async () => {
    await announce(second, 1234)
    const third = world.make({ bootstrap: placeOf(first) })
    await next(third, 'ready')
    const told = peersOf(third)
    const [error] = await announce(third, 5)
    expect(error).toBeNull()
    expect(told.map(([{ port }]) => port)).toContain(1234)
  })

  it('emits no peer of a lookup that was aborted, and still calls back', async () => {
    await announce(first, 1234)
    const told = peersOf(first)
    const ended = answer<Count>((done) => {
      const abort = first.lookup(HASH, done)
      abort()
      abort()
    })
    const [error, count] = await ended
    expect(error).toBeNull()
    expect(count).toBeTypeOf('number')
    await turn()
    expect(told).toEqual([])
  })

  it('has an error for an announcement that no node can take', async () => {
    const alone = await world.listening()
    const [error] = await announce(alone, 1234)
    expect(error).toBeInstanceOf(Error)
    expect(await lookup(alone)).toEqual([null, 0])
  })

  it('with a host keeps its own announcement, and emits it', async () => {
    const alone = world.make({ host: LOOPBACK })
    const emitted = next(alone, 'announce')
    const [error] = await announce(alone, 1234)
    expect(error).toBeInstanceOf(Error)
    expect((await emitted).slice(0, 2)).toEqual([{ host: LOOPBACK, port: 1234 }, BYTES])
    const told = peersOf(alone)
    await lookup(alone)
    expect(told).toEqual([[{ host: LOOPBACK, port: 1234 }, BYTES, null]])
  })

  it('with a host tells others of it', async () => {
    const host = await world.listening({ host: LOOPBACK })
    await announce(host, 1234)
    const other = world.make({ bootstrap: placeOf(host) })
    await next(other, 'ready')
    const told = peersOf(other)
    await lookup(other)
    expect(told.map(([{ port }]) => port)).toEqual([1234])
  })

  it('has several lookups and announcements at a time', async () => {
    await announce(first, 1)
    const told = peersOf(first)
    const hashes = Array.from({ length: 20 }, (_, n) => n.toString(16).padStart(2, '0').repeat(20))
    const ends = hashes.flatMap((hash) => [
      answer<Count>((done) => first.lookup(hash, done)),
      answer<Count>((done) => first.announce(hash, 9, done)),
    ])
    for (const [error] of await Promise.all(ends)) expect(error).toBeNull()
    for (const [, infoHash] of told) expect(hashes).toContain(infoHash.toString('hex'))
  })

  it('throws for what is no info hash', () => {
    for (const wrong of [undefined, null, 5, {}]) {
      expect(() => first.lookup(wrong as never)).toThrow()
      expect(() => first.announce(wrong as never, 5)).toThrow()
    }
  })
})
