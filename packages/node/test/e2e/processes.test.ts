// What only a process of its own can show: that it ends by itself, and what a kill leaves behind.

import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { bundle, start } from '../support/child.ts'
import { dnsServer } from '../support/dns-server.ts'

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dht-e2e-'))
})

afterAll(() => rm(folder, { recursive: true }))

it('API-3: a process whose nodes are closed has nothing left and ends by itself', async () => {
  const { ended } = start(await bundle('close', folder), join(folder, 'state'))
  expect(await ended).toEqual({ code: 0, stdout: '[]\n', stderr: '' })
}, 60_000)

it('API-3: a process whose node is closed while names are looked up ends by itself', async () => {
  const server = await dnsServer({}, () => true)
  const { child, ended } = start(await bundle('names', folder), server.address)
  await expect.poll(() => new Set(server.asked).size, { timeout: 20_000 }).toBe(3)
  child.stdin?.write('go on')
  expect(await ended).toEqual({ code: 0, stdout: '[]\n', stderr: '' })
  await server.close()
}, 60_000)

it('PERSIST-4: a process killed while it saves leaves one whole value', async () => {
  const program = await bundle('save', folder)
  for (let kill = 0; kill < 6; kill++) {
    const path = join(folder, `saved-${kill}`)
    const { child, ended } = start(program, path)
    child.stdout?.once('data', () => setTimeout(() => child.kill('SIGKILL'), 7 * kill))
    expect((await ended).code).toBe(null)
    const text = await readFile(path, 'utf8')
    expect([text.length, new Set(text).size]).toEqual([1_000_000, 1])
  }
}, 60_000)
