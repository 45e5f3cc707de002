// The server of the example: the page and its relay, for this page alone. What the page does in a
// browser is checked by `npm run browser-network`.

import { once } from 'node:events'
import { request } from 'node:http'
import { beforeAll, expect, it, onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { type Example, startExample } from '../src/example.ts'

const STATIC = new URL('../static/', import.meta.url)

let example: Example

beforeAll(async () => {
  example = await startExample({ port: 0, folder: STATIC })
  return () => example[Symbol.asyncDispose]()
})

it('serves the page, with a policy, and no other file', async () => {
  const page = await fetch(example.url)
  expect(await page.text()).toContain('<title>A DHT node in this page</title>')
  expect(page.headers.get('content-security-policy')).toContain("default-src 'self'")
  expect((await fetch(`${example.url}/page.css`)).headers.get('content-type')).toBe('text/css')
  for (const path of ['/../package.json', '/toString', '/page.js', '/none']) {
    expect((await fetch(example.url + path)).status).toBe(404)
  }
})

it('gives the secret to no page of another name', async () => {
  expect(await (await fetch(`${example.url}/secret`)).text()).toMatch(/^[0-9a-f]{32}$/)
  const asked = request(`${example.url}/secret`, { headers: { host: 'evil.example' } }).end()
  const [response] = await once(asked, 'response')
  response.resume()
  expect(response.statusCode).toBe(403)
})

it.each([true, false])('the relay is open to the page alone: %j', async (isOwn) => {
  const origin = isOwn ? example.url : 'http://evil.example'
  const url = `${example.url.replace('http', 'ws')}/dht-relay`
  const socket = new WebSocket(url, ['dht-relay.1'], { origin })
  onTestFinished(() => socket.terminate())
  const outcome = await Promise.race([
    once(socket, 'open').then(
      () => 'open',
      () => 'refused',
    ),
    once(socket, 'error').then(() => 'refused'),
  ])
  expect(outcome).toBe(isOwn ? 'open' : 'refused')
})
