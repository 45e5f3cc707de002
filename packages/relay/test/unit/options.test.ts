// Options that can't be used are refused by name, before anything is opened.

import { createServer } from 'node:http'
import { mainline } from '@dht/krpc'
import { describe, expect, it, onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { relayTransport } from '../../src/client/relay-transport.ts'
import { RelayError } from '../../src/errors.ts'
import { RELAY_DEFAULTS, resolveRelayOptions } from '../../src/server/options.ts'
import { startRelay } from '../../src/server/relay.ts'

const SECRET = 'sixteen letters!'

const refusal = (message: string) =>
  expect.objectContaining({
    name: 'RelayError',
    code: 'ERR_DHT_RELAY_OPTION',
    message: expect.stringContaining(message),
  })

describe('of a relay', () => {
  it('have defaults: loopback, no pages, no secret', () => {
    expect(resolveRelayOptions()).toEqual(RELAY_DEFAULTS)
    expect(resolveRelayOptions({ secret: undefined } as never)).toEqual(RELAY_DEFAULTS)
  })

  it.each([
    [null, 'options: expected an object'],
    [{ prot: 1 }, 'option: expected'],
    [{ host: 'localhost' }, 'host: expected'],
    [{ port: -1 }, 'port: expected'],
    [{ path: 'relay' }, 'path: expected'],
    [{ path: '/a?b' }, 'path: expected'],
    [{ ipv4: '::1' }, 'ipv4: expected'],
    [{ ipv6: '127.0.0.1' }, 'ipv6: expected'],
    [{ ipv4: false, ipv6: false }, 'one address'],
    [{ server: {}, secret: SECRET }, 'server: expected'],
    [{ addressOf: 'x-forwarded-for' }, 'addressOf: expected'],
    [{ secret: 5 }, 'secret: expected a string'],
    [{ secret: 'fifteen letters' }, 'secret: expected 16 characters or more, got 15'],
    [{ origins: 'https://a.example' }, 'origins: expected a list'],
    [{ origins: ['*'] }, 'origins: expected origins'],
    [{ origins: ['https://a.example/'] }, 'origins: expected origins'],
    [{ networks: [] }, 'networks: expected one'],
    [{ bootstrap: null }, 'bootstrap: expected'],
    [{ bootstrap: { dht256: 'a:1' } }, 'bootstrap.dht256: expected a list'],
    [{ bootstrap: { dht256: ['a'] } }, 'bootstrap.dht256: expected'],
    [{ networks: ['dht256'] }, 'networks: expected'],
    [{ allow: ['10.0.0.0'] }, 'allow: expected'],
    [{ allow: ['10.0.0.0/33'] }, 'allow: expected'],
    [{ allow: ['here/8'] }, 'allow: expected'],
    [{ ownAddresses: ['router'] }, 'ownAddresses: expected'],
    [{ maxClients: 0 }, 'maxClients: expected'],
    [{ bytesPerSecond: Number.NaN }, 'bytesPerSecond: expected'],
    [{ pingEveryMs: '1' }, 'pingEveryMs: expected'],
    [{ pingEveryMs: 2 ** 31 }, 'pingEveryMs: expected 3600000 at most'],
  ])('%j are refused', async (options, message) => {
    await expect(startRelay(options as never)).rejects.toThrow(refusal(message))
  })

  it.each(['0.0.0.0', '192.0.2.1', '::', '::ffff:192.0.2.1'])(
    'need a secret where others can connect: %s',
    (host) => {
      expect(() => resolveRelayOptions({ host })).toThrow(refusal('secret: expected one'))
      expect(resolveRelayOptions({ host, secret: SECRET }).host).toBe(host)
    },
  )

  it.each(['127.0.0.1', '127.9.9.9', '::1'])('need none on %s', (host) => {
    expect(resolveRelayOptions({ host }).secret).toBeUndefined()
  })

  it('need a secret on a server of the user, which the relay leaves open', async () => {
    const server = createServer()
    onTestFinished(() => void server.close())
    expect(() => resolveRelayOptions({ server })).toThrow(refusal('secret: expected one'))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const relay = await startRelay({ server, secret: SECRET })
    await relay.close()
    expect([relay.url, server.listening]).toEqual([undefined, true])
    expect(server.listenerCount('upgrade')).toBe(0)
  })

  it('never show the secret', () => {
    const secret = 'hunter2hunter2'
    expect(() => resolveRelayOptions({ secret })).toThrow(/^((?!hunter2).)*$/)
    const url = `ws://me:${secret}@127.0.0.1/`
    expect(() => relayTransport({ url, webSocket: WebSocket })).toThrow(/^((?!hunter2).)*$/)
  })

  it('a port in use is an error of its own', async () => {
    const relay = await startRelay()
    onTestFinished(() => relay.close())
    const port = Number(new URL(relay.url!).port)
    const error = await startRelay({ port }).catch((cause: unknown) => cause)
    expect(RelayError.is(error) && error.code).toBe('ERR_DHT_RELAY_LISTEN')
  })
})

describe('of the transport', () => {
  const good = { url: 'wss://relay.example/dht-relay', webSocket: WebSocket }

  it('may name a network and a family', () => {
    expect(relayTransport({ ...good, network: mainline, family: 6 }).family).toBe(6)
  })

  it.each([
    [null, 'options: expected an object'],
    [{ ...good, uri: 1 }, 'option: expected'],
    [{ ...good, url: 'https://relay.example' }, 'url: expected'],
    [{ ...good, url: 'relay' }, 'url: expected'],
    [{ ...good, url: undefined }, 'url: expected'],
    [{ ...good, url: 'ws://127.0.0.1/#secret' }, 'url: expected'],
    [{ ...good, url: 'ws://a:b@127.0.0.1/' }, 'url: expected no name and password'],
    [{ ...good, secret: 5 }, 'secret: expected'],
    [{ ...good, network: 'dht256' }, 'network: expected'],
    [{ ...good, family: 5 }, 'family: expected'],
    [{ ...good, openMs: 0 }, 'openMs: expected'],
    [{ ...good, openMs: 2 ** 31 }, 'openMs: expected'],
    [{ ...good, webSocket: 5 }, 'webSocket: expected'],
  ])('%j are refused', (options, message) => {
    expect(() => relayTransport(options as never)).toThrow(refusal(message))
  })
})
