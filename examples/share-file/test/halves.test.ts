// The two halves as two processes, over IPv4 and over IPv6.

import { createHash, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { formatEndpoint } from '@dht/krpc'
import { type Program, useProgram } from '@dht/testing/program'
import { temporaryFile, temporaryFolder } from '@dht/testing/temporary'
import { describe, expect, it } from 'vitest'
import { localNode } from '../src/local-network.ts'

const TIMEOUT_MS = 60_000
const IPV4 = ['--ipv4', '127.0.0.1', '--ipv6', 'off']
const IPV6 = ['--ipv4', 'off', '--ipv6', '::1']

const start = useProgram('examples/share-file')

interface Serving {
  readonly identity: string
  readonly udp: readonly string[]
  readonly http: readonly string[]
}

/** The line that a publisher begins with, to be read by programs. */
async function serving(publisher: Program): Promise<Serving> {
  await publisher.until(/"event":"serving".*\n/)
  return JSON.parse(publisher.out().split('\n')[0] ?? '')
}

function publish(path: string, where: readonly string[]): Program {
  return start(['publish', path, '--port', '0', ...where])
}

describe.each([
  ['IPv4', '127.0.0.1', IPV4, /^127\.0\.0\.1:\d+$/],
  ['IPv6', '::1', IPV6, /^\[::1\]:\d+$/],
])('the halves over %s', (_family, address, where, place) => {
  it('publish, fetch into a file, end', { timeout: TIMEOUT_MS }, async () => {
    await using neighbour = await localNode({ addresses: [address], bootstrap: [] })
    const known = neighbour.endpoints.flatMap((e) => ['--bootstrap', formatEndpoint(e)])
    const content = randomBytes(300_000)
    const publisher = publish(temporaryFile(content), [...known, ...where])
    const { identity, udp, http } = await serving(publisher)
    expect(identity).toBe(createHash('sha256').update(content).digest('hex'))
    expect(udp).toEqual([expect.stringMatching(place)])
    expect(http).toEqual([expect.stringMatching(place)])

    await publisher.until(/"event":"published","accepted":1/)

    const target = join(temporaryFolder(), 'fetched')
    const flags = ['--bootstrap', udp[0] ?? '', '--out', target]
    const reader = start(['fetch', identity, ...flags, ...where])
    expect(await reader.ended, reader.err()).toBe(0)
    expect(readFileSync(target)).toEqual(content)
    expect(reader.out()).toBe('')

    publisher.child.kill('SIGTERM')
    expect(await publisher.ended).toBe(0)
  })
})

describe('the halves', () => {
  it('need no other node, and write to the standard output by default', {
    timeout: TIMEOUT_MS,
  }, async () => {
    const publisher = publish(temporaryFile('only this\n'), IPV4)
    const { identity, udp } = await serving(publisher)
    const reader = start(['fetch', identity, '--bootstrap', udp[0] ?? '', ...IPV4])
    expect(await reader.ended, reader.err()).toBe(0)
    expect(reader.out()).toBe('only this\n')

    publisher.child.kill('SIGINT')
    expect(await publisher.ended).toBe(0)
  })
})
