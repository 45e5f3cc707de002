// Who gets in, and what pages of other sites can do through a user's browser.

import { describe, expect, it } from 'vitest'
import { Access } from '../../src/server/access.ts'
import { ask, askRaw, type Served, served, session } from '../support/loopback.ts'

const lookup = { target: 'ab'.repeat(32) }

const codeOf = (text: string): string => JSON.parse(text).error.code

async function opened(): Promise<{ server: Served; cookie: string }> {
  const server = await served()
  return { server, cookie: await session(server) }
}

describe('the token', () => {
  it('is in the fragment only, and becomes a cookie that no script reads', async () => {
    const server = await served()
    const { pathname, search } = new URL(server.observatory.url)
    expect([pathname, search]).toEqual(['/', ''])
    expect(server.token).toMatch(/^[0-9a-f]{64}$/)
    const body = { token: server.token }
    const { status, headers, text } = await ask(server, '/session', { method: 'POST', body })
    expect([status, text]).toEqual([204, ''])
    expect(headers['set-cookie']?.[0]).toMatch(
      /^dht-observatory-\d+=[0-9a-f]{64}; Path=\/; HttpOnly; SameSite=Strict$/,
    )
    expect(headers['set-cookie']?.[0]).not.toContain(server.token)
    expect(headers['cache-control']).toBe('no-store')
  })

  it.each(['', 'ab', 'f'.repeat(64), 'é'.repeat(64)])('is refused as %o', async (token) => {
    const server = await served()
    const reply = await ask(server, '/session', { method: 'POST', body: { token } })
    expect([reply.status, codeOf(reply.text)]).toEqual([401, 'unauthorized'])
    expect(reply.headers['set-cookie']).toBeUndefined()
  })

  it.each([{}, { token: 1 }, { token: null }, [], null, 'x'])('is refused in %o', async (body) => {
    const server = await served()
    const asked = { method: 'POST', body: JSON.stringify(body) }
    const { status, headers } = await ask(server, '/session', asked)
    expect([status, headers['set-cookie']]).toEqual([400, undefined])
  })

  it('lets in as often as it is shown; the sessions shown longest ago end', () => {
    const access = new Access(['localhost:1'], 1)
    const cookies = Array.from({ length: 17 }, () => access.newSession().split(';')[0] as string)
    const isIn = (cookie: string) => access.hasSession({ headers: { cookie } } as never)
    expect(cookies.map(isIn)).toEqual([false, ...Array(16).fill(true)])
  })
})

describe('without a session', () => {
  it.each([
    ['GET', '/stream'],
    ['GET', '/relay'],
    ['POST', '/lookup'],
    ['POST', '/enter'],
    ['POST', '/delete'],
    ['POST', '/put'],
  ])('%s %s is refused', async (method, path) => {
    const { server, cookie } = await opened()
    const other = await served()
    const [name] = cookie.split('=')
    const wrong = ['', `${name}=`, `${name}=${'0'.repeat(64)}`, `${name}=${server.token}`]
    for (const each of [...wrong, await session(other), `x${cookie}`]) {
      const reply = await ask(server, path, { method, headers: { cookie: each }, body: lookup })
      expect([reply.status, codeOf(reply.text)]).toEqual([401, 'unauthorized'])
    }
  })
})

describe('a page of another site', () => {
  it('does not get in by a name that it makes point here (DNS rebinding)', async () => {
    const { server, cookie } = await opened()
    const { port } = server
    const hosts = ['evil.example', `evil.example:${port}`, '127.0.0.1', `127.0.0.1:${port + 1}`]
    for (const host of [...hosts, `localhost.evil.example:${port}`, `127.0.0.1:${port}.`]) {
      for (const path of ['/', '/stream', '/index.html']) {
        const reply = await ask(server, path, { headers: { host, cookie } })
        expect([host, path, reply.status]).toEqual([host, path, 403])
      }
      const headers = { host, cookie, origin: `http://${host}` }
      const reply = await ask(server, '/lookup', { method: 'POST', headers, body: lookup })
      expect([host, reply.status]).toEqual([host, 403])
    }
  })

  it('does not get in with its own origin, or with none where something is posted', async () => {
    const { server, cookie } = await opened()
    const { port } = server
    const foreign = [
      'https://evil.example',
      'null',
      `https://127.0.0.1:${port}`,
      `http://127.0.0.1:${port + 1}`,
      `http://localhost:${port}`,
      `http://127.0.0.1:${port}.evil.example`,
      '',
    ]
    for (const origin of foreign) {
      const headers = { cookie, origin }
      for (const path of ['/lookup', '/session']) {
        const body = path === '/lookup' ? lookup : { token: server.token }
        const reply = await ask(server, path, { method: 'POST', headers, body })
        expect([origin, reply.status, reply.headers['set-cookie']]).toEqual([
          origin,
          403,
          undefined,
        ])
      }
      const { status } = await ask(server, '/stream', { headers })
      expect([origin, status]).toEqual([origin, 403])
    }
  })

  it('does not get in where the browser says that it is from elsewhere', async () => {
    const { server, cookie } = await opened()
    for (const site of ['cross-site', 'same-site']) {
      const headers = { cookie, 'sec-fetch-site': site }
      const { status } = await ask(server, '/stream', { headers })
      const posted = await ask(server, '/lookup', { method: 'POST', headers, body: lookup })
      expect([status, posted.status]).toEqual([403, 403])
    }
  })

  it('gets no permission to read, whatever it asks for', async () => {
    const server = await served()
    const headers = {
      origin: 'https://evil.example',
      'access-control-request-method': 'POST',
      'access-control-request-private-network': 'true',
    }
    const preflight = await ask(server, '/lookup', { method: 'OPTIONS', headers })
    expect(preflight.status).toBe(403)
    const names = Object.keys(preflight.headers)
    expect(names.filter((name) => name.startsWith('access-control'))).toEqual([])
    expect(preflight.headers['cross-origin-resource-policy']).toBe('same-origin')
  })

  it('cannot send a form, which has no JSON type', async () => {
    const { server, cookie } = await opened()
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
      const headers = { cookie, 'content-type': type }
      const { status } = await ask(server, '/lookup', { method: 'POST', headers, body: lookup })
      expect([type, status]).toEqual([type, 415])
    }
  })
})

it('refuses a request that names no host, or two', async () => {
  const { port } = await served()
  const heads = [
    'GET / HTTP/1.0',
    `GET / HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nhost: evil.example`,
  ]
  for (const head of heads) expect(await askRaw(port, head), head).toMatch(/^HTTP\/1\.1 40[03] /)
})

it('lets in by localhost, and by a host that is allowed', async () => {
  const server = await served({ allowedHosts: ['tunnel.example:9000'] })
  for (const host of [
    `localhost:${server.port}`,
    `LOCALHOST:${server.port}`,
    'tunnel.example:9000',
  ]) {
    const headers = { host, origin: `http://${host}` }
    const body = { token: server.token }
    const { status } = await ask(server, '/session', { method: 'POST', headers, body })
    expect([host, status]).toEqual([host, 204])
  }
})

it('listens on IPv6 loopback if it is told to', async () => {
  const server = await served({ host: '::1' })
  expect(server.origin).toBe(`http://[::1]:${server.port}`)
  const { status } = await ask(server, '/', { host: '::1' })
  expect(status).toBe(503)
})
