// The snippets of the README run: a relay, a page behind it, and a relay on a server of the user's.
// The tables name every option and every error.

import 'fake-indexeddb/auto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { createNode } from '@dht/node'
import { RELAY_DEFAULTS } from '@dht/relay'
import { run } from '@dht/testing/readme-example'
import { afterEach, expect, it, onTestFinished, vi } from 'vitest'
import { WebSocket } from 'ws'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
const snippets = Array.from(readme.matchAll(/^```js\n(.*?)^```$/gms), ([, code]) => code as string)

afterEach(() => void vi.unstubAllGlobals())

/** What a browser has and Node 20 has not. */
function stubBrowser(): void {
  vi.stubGlobal('WebSocket', WebSocket)
  const request = (_name: string, _options: object, held: () => Promise<void>) => held()
  vi.stubGlobal('navigator', { locks: { request } })
}

async function freePort(): Promise<number> {
  const server = createTcpServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

interface Closable {
  close(): Promise<void>
}

/** Runs a snippet, and closes what it leaves open in `name`. */
async function runOpen(code: string, name: string): ReturnType<typeof run> {
  const opened: Closable[] = []
  vi.stubGlobal('opened', opened)
  onTestFinished(async () => {
    for (const each of opened) await each.close()
  })
  return run(`${code}\nopened.push(${name})\n`)
}

it('the relay and the page of the example work together', { timeout: 30_000 }, async () => {
  const peer = await createNode({ port: 0, ipv4: '127.0.0.1', ipv6: false, bootstrap: [] })
  onTestFinished(() => peer.close())
  const port = String(await freePort())
  const inPlace = (code = ''): string =>
    code.replaceAll('8443', port).replaceAll('3739', String(peer.endpoints[0]?.port))
  const [relay, page] = snippets.map(inPlace)
  const { printed, announced } = await runOpen(relay as string, 'relay')
  expect(printed).toEqual(announced)
  expect(printed).toEqual([`ws://127.0.0.1:${port}/dht-relay`])
  stubBrowser()
  await runOpen(page as string, 'node')
  // What the page entered is at its port of the relay.
  const { endpoints } = await peer.lookup('ab'.repeat(32))
  expect(endpoints.map((each) => each.address)).toEqual(['127.0.0.1'])
  expect(peer.contacts().map((each) => each.port)).toEqual(endpoints.map((each) => each.port))
})

it('a relay on a server of the user starts as the README says', async () => {
  const server = createServer()
  onTestFinished(() => void server.close())
  vi.stubGlobal('httpsServer', server)
  vi.stubGlobal('secret', 'a secret of enough characters')
  const imported = "import { startRelay } from '@dht/relay'\n"
  await runOpen(imported + snippets[2], 'relay')
  expect(server.listenerCount('upgrade')).toBe(1)
})

it('lists every option and every error', () => {
  const ofUser = ['server', 'secret', 'addressOf']
  for (const name of [...Object.keys(RELAY_DEFAULTS), ...ofUser]) {
    expect(readme).toMatch(new RegExp(`^\\|[^|]*\`${name}\``, 'm'))
  }
  const source = readFileSync(new URL('../src/errors.ts', import.meta.url), 'utf8')
  const codes = new Set(source.match(/ERR_DHT_RELAY_[A-Z]+/g))
  expect(codes.size).toBeGreaterThan(3)
  for (const code of codes) expect(readme).toContain(`| \`${code}\` |`)
  expect(snippets).toHaveLength(3)
})
