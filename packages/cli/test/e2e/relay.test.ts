// `dht relay`: it listens where it says, serves clients, and ends.

import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createNode } from '@dht/node'
import { relayTransport } from '@dht/relay/transport'
import { temporaryFolder } from '@dht/testing/temporary'
import { expect, it, onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { run, start } from '../support/command.ts'

const HERE = ['--port', '0', '--ipv4', '127.0.0.1', '--ipv6', 'off', '--bootstrap', 'none']
const SECRET = 'a secret of enough characters'

it('gives a client a UDP port, prints where it is, and ends', async () => {
  const file = join(temporaryFolder(), 'secret')
  writeFileSync(file, `${SECRET}\n`)
  const relay = start(['relay', ...HERE, '--secret-file', file, '--allow', '127.0.0.0/8', '--json'])
  const [, url = ''] = await relay.until(/"url": ?"(ws:[^"]+)"/)
  const transport = relayTransport({ url, secret: SECRET, webSocket: WebSocket })
  onTestFinished(() => transport.close())
  const handlers = { received: () => {}, sendFailed: () => {}, failed: () => {} }
  const { port } = await transport.start(handlers)
  // The port is in use: by the relay, for this client.
  const other = createSocket('udp4')
  onTestFinished(() => void other.close())
  other.bind({ port, address: '127.0.0.1', exclusive: true })
  expect((await once(other, 'error'))[0]).toMatchObject({ code: 'EADDRINUSE' })
  relay.stop()
  expect(await relay.ended).toMatchObject({ code: 0, err: '' })
})

it.each([
  [['--host', '0.0.0.0'], 'secret: expected one'],
  [['--host', 'here'], 'Expected an IPv4 or IPv6 address'],
  [['--network', 'other'], 'Expected dht256 or mainline'],
  [['--origin', 'example.org'], 'origins: expected'],
  [['--allow', '10.0.0.0'], 'Expected subnets such as'],
  [['--allow', '10.0.0.0/8,192.168.0.0'], 'Expected subnets such as'],
  [['--origin', 'http://a.example,b'], 'origins: expected'],
  [['--secret-file', '/nowhere/at/all'], '--secret-file: ENOENT'],
])('%j is a mistake of the user', async (argv, message) => {
  const { code, err } = await run('relay', ...HERE, ...argv)
  expect(code).toBe(2)
  expect(err).toContain(message)
})

it.each([
  [['--allow', '10.0.0.0/8,127.0.0.0/8']],
  [['--allow', '10.0.0.0/8', '--allow', '127.0.0.0/8']],
])('%j opens each of the subnets to pages', async (allow) => {
  const relay = start(['relay', ...HERE, ...allow])
  const [, url = ''] = await relay.until(/relay at (ws:\S+)\n/)
  const node = await createNode({ port: 0, ipv4: '127.0.0.1', ipv6: false, bootstrap: [] })
  const bootstrap = node.endpoints
  const page = await createNode({
    bootstrap,
    transports: [relayTransport({ url, webSocket: WebSocket })],
  })
  expect(await page.joined()).toMatchObject({ contacts: 1 })
  await Promise.all([page.close(), node.close()])
  relay.stop()
  expect((await relay.ended).code).toBe(0)
})

it('pages of each of the origins may connect', async () => {
  const origins = ['http://a.example', 'http://b.example']
  const relay = start(['relay', ...HERE, '--origin', origins.join()])
  const [, url = ''] = await relay.until(/relay at (ws:\S+)\n/)
  const connects = async (origin: string): Promise<boolean> => {
    class Page extends WebSocket {
      constructor(to: string, protocols: string[]) {
        super(to, protocols, { origin })
      }
    }
    const transport = relayTransport({ url, webSocket: Page })
    const handlers = { received: () => {}, sendFailed: () => {}, failed: () => {} }
    const isOpen = await transport.start(handlers).then(
      () => true,
      () => false,
    )
    await transport.close()
    return isOpen
  }
  const all = [...origins, 'http://c.example']
  expect(await Promise.all(all.map(connects))).toEqual([true, true, false])
  relay.stop()
  expect((await relay.ended).code).toBe(0)
})

it('a port in use is told', async () => {
  const first = start(['relay', ...HERE])
  const [, port = ''] = await first.until(/relay at ws:\/\/127\.0\.0\.1:(\d+)\/dht-relay/)
  const { code, err } = await run('relay', ...HERE, '--port', port)
  expect([code, err]).toEqual([1, expect.stringMatching(/can't listen .*EADDRINUSE/)])
  first.stop()
  expect((await first.ended).code).toBe(0)
})
