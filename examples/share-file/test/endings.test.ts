// How a fetch ends when there is nothing to fetch, and that it leaves no files behind.

import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { formatEndpoint } from '@dht/krpc'
import { useProgram } from '@dht/testing/program'
import { temporaryFolder } from '@dht/testing/temporary'
import { describe, expect, it } from 'vitest'
import { localNode } from '../src/local-network.ts'

const TIMEOUT_MS = 60_000
const IPV4 = ['--ipv4', '127.0.0.1', '--ipv6', 'off']

const start = useProgram('examples/share-file')

describe('fetch', () => {
  it('reports that no node knows an identity', { timeout: TIMEOUT_MS }, async () => {
    await using node = await localNode({ addresses: ['127.0.0.1'], bootstrap: [] })
    const udp = node.endpoints.map(formatEndpoint)
    const folder = temporaryFolder()
    const flags = ['--bootstrap', udp[0] ?? '', '--wait', '0', '--out', join(folder, 'x')]
    const reader = start(['fetch', 'ab'.repeat(32), ...flags, ...IPV4])
    expect(await reader.ended).toBe(3)
    expect(reader.err()).toMatch(/error: .*knows the identity\n/)
    expect(readdirSync(folder)).toEqual([])
  })

  it('reports that no node responds', { timeout: TIMEOUT_MS }, async () => {
    const flags = ['--bootstrap', '127.0.0.1:9', '--wait', '0']
    const reader = start(['fetch', 'ab'.repeat(32), ...flags, ...IPV4])
    expect(await reader.ended).toBe(3)
    expect(reader.err()).toContain('error: no node answered at 127.0.0.1:9\n')
    // The node's own warning is printed as a line of the program, not by Node.
    expect(reader.err()).toContain('warning: no bootstrap node answered')
    expect(reader.err()).not.toContain('DhtWarning')
  })

  it('leaves no files behind when it is interrupted', { timeout: TIMEOUT_MS }, async () => {
    const folder = temporaryFolder()
    const target = join(folder, 'x')
    const flags = ['--bootstrap', '127.0.0.1:9', '--wait', '3600', '--out', target]
    const reader = start(['fetch', 'ab'.repeat(32), ...flags, ...IPV4])
    await reader.until(/- looking/)
    reader.child.kill('SIGINT')
    expect(await reader.ended).toBe(130)
    expect(existsSync(target)).toBe(false)
    expect(readdirSync(folder)).toEqual([])
  })
})
