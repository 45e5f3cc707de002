// The page of a running node: how it is asked for, what is printed, and who gets in.

import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { createNode } from '@dht/node/portable'
import { relayClient } from '@dht/relay/transport'
import { describe, expect, it, onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { run, start } from '../support/command.ts'

const HERE = ['--bootstrap', 'none', '--port', '0', '--ipv4', '127.0.0.1', '--ipv6', 'off']
const STATELESS = ['run', '--state', 'none', ...HERE]

interface Offer {
  readonly path: string
  readonly secret: string
}

async function sessionAt(url: URL): Promise<Response> {
  const token = new URLSearchParams(url.hash.slice(1)).get('token')
  return fetch(new URL('/session', url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url.origin },
    body: JSON.stringify({ token }),
  })
}

describe('dht run --observatory', () => {
  it('prints its URL once, lets in by it, and ends with the node', async () => {
    const node = start([...STATELESS, '--observatory', '--log', 'quiet'])
    const [, text = ''] = await node.until(/observatory at (\S+)\n/)
    const url = new URL(text)
    expect(url.hostname).toBe('127.0.0.1')
    const session = await sessionAt(url)
    expect(session.status).toBe(204)
    const cookie = session.headers.getSetCookie()[0]?.split(';')[0] ?? ''
    const stream = get(new URL('/stream', url), { headers: { cookie } })
    const [response] = (await once(stream, 'response')) as [IncomingMessage]
    const [chunk] = await once(response, 'data')
    expect(String(chunk)).toMatch(/^data: \[\{"kind":"welcome".*"write":false/)
    const closed = once(response, 'close')
    node.stop()
    const { code, err } = await node.ended
    await closed
    expect([code, err.split('#token=').length]).toEqual([0, 2])
    await expect(fetch(url)).rejects.toThrow()
  })

  it('allows writes only if it is told to', async () => {
    const node = start([...STATELESS, '--observatory', '--observatory-port', '0', '--allow-writes'])
    const [, text = ''] = await node.until(/observatory at (\S+)\n/)
    const url = new URL(text)
    const cookie = (await sessionAt(url)).headers.getSetCookie()[0]?.split(';')[0] ?? ''
    const { status } = await fetch(new URL('/delete', url), {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: url.origin, cookie },
      body: JSON.stringify({ id: 'ab'.repeat(32) }),
    })
    expect(status).toBe(202)
    node.stop()
    await node.ended
  })

  it('gives a relay to a page with a session, and to no other client', async () => {
    const allow = ['--browser-node-allow', '127.0.0.0/8']
    const node = start([...STATELESS, '--observatory', '--browser-node', ...allow])
    const [, id = ''] = await node.until(/node ([\da-f]{64}) at/)
    const [, text = ''] = await node.until(/observatory at (\S+)\n/)
    const page = new URL(text)
    expect((await fetch(new URL('/relay', page))).status).toBe(401)
    const cookie = (await sessionAt(page)).headers.getSetCookie()[0]?.split(';')[0] ?? ''
    const offered = await fetch(new URL('/relay', page), { headers: { cookie } })
    const { path, secret, ...rest } = (await offered.json()) as Offer
    expect(rest).toEqual({ network: 'dht256', families: [4] })
    const url = `ws://${page.host}${path}`
    const relay = relayClient({ url, secret, webSocket: WebSocket })
    const client = await createNode({
      transports: [relay.transport],
      discovery: [relay.discovery],
      onWarning: false,
    })
    onTestFinished(() => client.close())
    await client.joined()
    expect(client.contacts().map((each) => each.id)).toEqual([id])
    const stranger = relayClient({ url, secret: 'another secret than this', webSocket: WebSocket })
    await expect(
      createNode({ transports: [stranger.transport], onWarning: false }),
    ).rejects.toMatchObject({ code: 'ERR_DHT_RELAY_REFUSED' })
    await client.close()
    node.stop()
    expect(await node.ended).toMatchObject({ code: 0 })
  })

  it('has no relay unless it is told to', async () => {
    const node = start([...STATELESS, '--observatory'])
    const [, text = ''] = await node.until(/observatory at (\S+)\n/)
    const cookie = (await sessionAt(new URL(text))).headers.getSetCookie()[0]?.split(';')[0] ?? ''
    const { status } = await fetch(new URL('/relay', text), { headers: { cookie } })
    expect(status).toBe(404)
    node.stop()
    await node.ended
  })

  it.each([
    ['--allow-writes', 'needs --observatory'],
    ['--observatory-port=0', 'needs --observatory'],
    ['--browser-node', 'needs --observatory'],
    ['--browser-node-allow=10.0.0.0/8', 'needs --browser-node'],
    ['--browser-node-allow=10.0.0.0', 'Expected subnets'],
    ['--browser-node-allow=10.0.0.0/33', 'Expected subnets'],
    ['--browser-node-allow=here/8', 'Expected subnets'],
  ])('%s alone is refused', async (flag, why) => {
    const { code, err } = await run(...STATELESS, flag)
    expect([code, err]).toEqual([2, expect.stringContaining(why)])
    // Nothing was opened before.
    expect(err).not.toMatch(/node [\da-f]{64}/)
  })
})
