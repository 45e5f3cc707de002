// `dht relay`: it listens where it says, serves clients, and ends.

import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
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
  [['--allow', '10.0.0.0'], 'allow: expected'],
  [['--secret-file', '/nowhere/at/all'], '--secret-file: ENOENT'],
])('%j is a mistake of the user', async (argv, message) => {
  const { code, err } = await run('relay', ...HERE, ...argv)
  expect(code).toBe(2)
  expect(err).toContain(message)
})

it('a port in use is told', async () => {
  const first = start(['relay', ...HERE])
  const [, port = ''] = await first.until(/relay at ws:\/\/127\.0\.0\.1:(\d+)\/dht-relay/)
  const { code, err } = await run('relay', ...HERE, '--port', port)
  expect([code, err]).toEqual([1, expect.stringMatching(/can't listen .*EADDRINUSE/)])
  first.stop()
  expect((await first.ended).code).toBe(0)
})
