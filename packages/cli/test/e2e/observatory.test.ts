// The page of a running node: how it is asked for, what is printed, and who gets in.

import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { describe, expect, it } from 'vitest'
import { run, start } from '../support/command.ts'

const HERE = ['--bootstrap', 'none', '--port', '0', '--ipv4', '127.0.0.1', '--ipv6', 'off']
const STATELESS = ['run', '--state', 'none', ...HERE]

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

  it.each(['--allow-writes', '--observatory-port=0'])('%s alone is refused', async (flag) => {
    const { code, err } = await run(...STATELESS, flag)
    expect([code, err]).toEqual([2, expect.stringContaining('needs --observatory')])
    // Nothing was opened before.
    expect(err).not.toContain('node ')
  })
})
