// Endpoints that serve something else than announced are skipped, and the next one is tried.

import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type Endpoint, endpoint, formatEndpoint } from '@dht/krpc'
import type { DhtNode } from '@dht/node'
import { temporaryFile, temporaryFolder } from '@dht/testing/temporary'
import { describe, expect, it, onTestFinished } from 'vitest'
import { DOWNLOAD_DEFAULTS, download } from '../src/download.ts'
import { serveFile } from '../src/file-server.ts'
import { localNode } from '../src/local-network.ts'
import { readSharedFile } from '../src/shared-file.ts'
import { runHere } from './support/run-here.ts'

const TIMEOUT_MS = 60_000
const CONTENT = 'the truth'
const identity = createHash('sha256').update(CONTENT).digest()
const hex = identity.toString('hex')

async function serve(listener: RequestListener): Promise<Endpoint> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  await once(server, 'listening')
  return endpoint('127.0.0.1', (server.address() as AddressInfo).port)
}

const SERVERS: Readonly<Record<string, readonly [RequestListener, RegExp]>> = {
  lies: [(_, response) => response.end('the lie !'), /has another SHA-256/],
  'gives less': [(_, response) => response.end(CONTENT.slice(1)), /has another SHA-256/],
  'gives more': [(_, response) => response.end(`${CONTENT}.`), /has another SHA-256/],
  'has not got it': [(_, response) => response.writeHead(404).end(), /HTTP 404/],
  'sends elsewhere': [
    (_, response) => response.writeHead(302, { location: 'http://127.0.0.1/' }).end(),
    /HTTP 302/,
  ],
  'announces too much': [
    (_, response) => response.writeHead(200, { 'content-length': 2_000 }).flushHeaders(),
    /more than 1 kB/,
  ],
  'never ends': [
    (_, response) => {
      const flood = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(500))) {}
      }
      response.on('drain', flood)
      flood()
    },
    /more than 1 kB/,
  ],
  'breaks off': [
    (_, response) => {
      response.writeHead(200, { 'content-length': CONTENT.length })
      response.write('the', () => response.destroy())
    },
    /aborted/,
  ],
  'says nothing': [() => {}, /silent for 0\.2 s/],
  'stops speaking': [(_, response) => response.write('the '), /silent for 0\.2 s/],
}

describe('a server that', () => {
  it.each(Object.entries(SERVERS))('%s is refused', async (_name, [listener, reason]) => {
    const from = await serve(listener)
    const result = await download(from, {
      identity: (await readSharedFile(temporaryFile(CONTENT), quiet)).identity,
      path: join(temporaryFolder(), 'x'),
      limits: { ...DOWNLOAD_DEFAULTS, maxBytes: 1_000, silenceMs: 200 },
      stop: quiet.stop,
    })
    expect(result).toEqual({ kind: 'refused', reason: expect.stringMatching(reason) })
  })

  it('that is slow without end is given up', async () => {
    const from = await serve((_, response) => {
      const drip = setInterval(() => response.write('t'), 20)
      response.on('close', () => clearInterval(drip))
    })
    const result = await download(from, {
      identity: (await readSharedFile(temporaryFile(CONTENT), quiet)).identity,
      path: join(temporaryFolder(), 'x'),
      limits: { ...DOWNLOAD_DEFAULTS, totalMs: 300 },
      stop: quiet.stop,
    })
    expect(result).toEqual({ kind: 'refused', reason: 'not done in 0.3 s' })
  })
})

const quiet = { read: () => {}, stop: new AbortController().signal }

/** Nodes that know one another; each is closed with its test. */
async function network(size: number): Promise<readonly DhtNode[]> {
  const nodes: DhtNode[] = []
  onTestFinished(async () => {
    await Promise.all(nodes.map((node) => node.close()))
  })
  for (let i = 0; i < size; i++) {
    const bootstrap = nodes[0]?.endpoints.map(formatEndpoint) ?? []
    const node = await localNode({ addresses: ['127.0.0.1'], bootstrap })
    nodes.push(node)
    await node.joined()
  }
  return nodes
}

describe('fetch', () => {
  const fetchInto = async (
    target: string,
    nodes: readonly DhtNode[],
  ): Promise<{
    readonly code: number
    readonly err: string
  }> => {
    const [bootstrap] = nodes[0]?.endpoints.map(formatEndpoint) ?? []
    const flags = ['--bootstrap', bootstrap ?? '', '--ipv4', '127.0.0.1', '--ipv6', 'off']
    return runHere(['fetch', hex, '--out', target, ...flags])
  }

  it('never keeps what a dishonest server sends', { timeout: TIMEOUT_MS }, async () => {
    const nodes = await network(4)
    const liar = await serve((_, response) => response.end('the lie !'))
    await nodes[1]?.enter(identity, liar.port)
    const folder = temporaryFolder()
    const target = join(folder, 'kept')
    writeFileSync(target, 'what was there before')

    const { code, err } = await fetchInto(target, nodes)
    expect(err).toContain(`${formatEndpoint(liar)} is passed over: what it sent (9 B)`)
    expect(err).toContain('error: 1 endpoint found, but none gave verified content\n')
    expect(code).toBe(4)
    expect(readFileSync(target, 'utf8')).toBe('what was there before')
    expect(readdirSync(folder)).toEqual(['kept'])
  })

  it('goes on to the endpoint that serves the right file', { timeout: TIMEOUT_MS }, async () => {
    const nodes = await network(6)
    const file = await readSharedFile(temporaryFile(CONTENT), quiet)
    await using honest = await serveFile(file, { addresses: ['127.0.0.1'], port: 0 })
    for (const node of nodes.slice(1, 5)) {
      const liar = await serve((_, response) => response.end('the lie !'))
      await node.enter(identity, liar.port)
    }
    await nodes[5]?.enter(identity, honest.port)
    const target = join(temporaryFolder(), 'kept')

    const { code, err } = await fetchInto(target, nodes)
    expect(err).toContain(`9 B in`)
    expect(code).toBe(0)
    expect(readFileSync(target, 'utf8')).toBe(CONTENT)
  })
})
