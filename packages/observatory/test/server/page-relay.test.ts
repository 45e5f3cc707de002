// The relay for a node in the page: who is told of it, what it is told, and when it ends.

import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, it } from 'vitest'
import { observeWith } from '../../src/observe.ts'
import { resolveObserveOptions } from '../../src/options.ts'
import type { RelayPlace, StartRelay } from '../../src/server/page-relay.ts'
import { ask, node, served, session } from '../support/loopback.ts'
import { stream } from '../support/stream-reader.ts'

/** A relay that notes where it is, and in which order it and the server end. */
function madeUpRelay(): { start: StartRelay; places: RelayPlace[]; ends: string[] } {
  const places: RelayPlace[] = []
  const ends: string[] = []
  const start = async (place: RelayPlace) => {
    places.push(place)
    place.server.on('close', () => ends.push('server'))
    return {
      async [Symbol.asyncDispose]() {
        ends.push('relay')
      },
    }
  }
  return { start, places, ends }
}

/** Asks for a WebSocket. @returns what comes back before the connection ends */
async function upgrade(port: number, path: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  const head = `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nconnection: upgrade\r\n`
  socket.write(`${head}upgrade: websocket\r\n\r\n`)
  let text = ''
  socket.on('error', () => {})
  socket.on('data', (chunk) => {
    text += chunk
  })
  await once(socket, 'close')
  return text
}

it('is told where the page is, and pages with a session are told of it', async () => {
  const { start, places } = madeUpRelay()
  const server = await served({ relay: start, allowedHosts: ['tunnel.example:9000'] })
  const [place] = places
  expect(places).toHaveLength(1)
  expect(place?.origins).toEqual([
    server.origin,
    `http://localhost:${server.port}`,
    'http://tunnel.example:9000',
  ])
  expect(place?.secret).toMatch(/^[0-9a-f]{64}$/)
  expect(server.observatory.url).not.toContain(place?.secret)
  const headers = { cookie: await session(server) }
  const { status, text, headers: given } = await ask(server, '/relay', { headers })
  expect([status, given['cache-control']]).toEqual([200, 'no-store'])
  const { path, secret } = place as RelayPlace
  expect(JSON.parse(text)).toEqual({ path, secret, network: 'dht256', families: [4] })
  const reader = await stream(server)
  await reader.first('snapshot')
  expect(reader.messages[0]).toMatchObject({ capabilities: { relay: true } })
})

it('is there only if it is given', async () => {
  const server = await served()
  const headers = { cookie: await session(server) }
  expect((await ask(server, '/relay', { headers })).status).toBe(404)
})

it('gets the upgrades of its path, and others end', async () => {
  const paths: (string | undefined)[] = []
  const start: StartRelay = async ({ server, path }) => {
    server.on('upgrade', ({ url }, socket) => {
      paths.push(url)
      if (url === path) socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
    })
    return { async [Symbol.asyncDispose]() {} }
  }
  const { port } = await served({ relay: start })
  expect(await upgrade(port, '/dht-relay')).toMatch(/^HTTP\/1\.1 403/)
  expect(await upgrade(port, '/other')).toBe('')
  expect(paths).toEqual(['/dht-relay', '/other'])
})

it('ends with the observatory, and a relay that does not start ends the server', async () => {
  const { start, ends } = madeUpRelay()
  const server = await served({ relay: start })
  await stream(server)
  await server.observatory.close()
  expect(ends).toEqual(['relay', 'server'])
  let port = 0
  const fails: StartRelay = async ({ origins }) => {
    port = Number(new URL(origins[0] ?? '').port)
    throw new Error('no relay')
  }
  const config = resolveObserveOptions({ relay: fails })
  await expect(observeWith('/nowhere', await node(), config)).rejects.toThrow('no relay')
  await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow()
})
