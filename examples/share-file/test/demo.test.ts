// The default run: everything in one process, on real sockets.

import { createHash, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { contentId, idToHex } from '@dht/id'
import { temporaryFile } from '@dht/testing/temporary'
import { describe, expect, it } from 'vitest'
import { runHere } from './support/run-here.ts'

const LICENSE = fileURLToPath(new URL('../../../LICENSE', import.meta.url))
const TIMEOUT_MS = 60_000

/** The SHA-256 of the whole file, by another implementation than the program's. */
function sha256(path: string): string {
  return idToHex(contentId(readFileSync(path)))
}

describe('share-file', () => {
  it('shares a file of the repository by default', { timeout: TIMEOUT_MS }, async () => {
    const { code, out, err } = await runHere([])
    expect(err).toContain('48 nodes have joined')
    expect(out).toContain(`verified  ✓ SHA-256 ${sha256(LICENSE)}`)
    expect(code).toBe(0)
  })

  it('shares a given file of several megabytes', { timeout: TIMEOUT_MS }, async () => {
    const content = randomBytes(5_000_000)
    const { code, out } = await runHere(['--nodes', '5', temporaryFile(content, 'film.bin')])
    const identity = createHash('sha256').update(content).digest('hex')
    expect(out).toContain('film.bin, 5 MB, shared among 7 nodes')
    expect(out).toContain(`identity  ${identity}`)
    expect(out).toContain(`fetched   5 MB from http://127.0.0.1:`)
    expect(out).toContain(`verified  ✓ SHA-256 ${identity}`)
    expect(code).toBe(0)
  })

  it('shares an empty file', { timeout: TIMEOUT_MS }, async () => {
    const { code, out } = await runHere(['--nodes', '3', temporaryFile('')])
    const identity = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
    expect(out).toContain(`verified  ✓ SHA-256 ${identity}`)
    expect(code).toBe(0)
  })

  it('ends at once when it is interrupted', { timeout: TIMEOUT_MS }, async () => {
    const stop = new AbortController()
    const running = runHere(['--nodes', '200'], stop.signal)
    stop.abort('SIGINT')
    const { code, out, err } = await running
    expect(out).toBe('')
    expect(err).not.toContain('error')
    expect(code).toBe(130)
  })
})
