// The HTTP server serves one file under one name, while the file is unchanged.

import { writeFileSync } from 'node:fs'
import { idToHex } from '@dht/id'
import { temporaryFile } from '@dht/testing/temporary'
import { expect, it } from 'vitest'
import { serveFile } from '../src/file-server.ts'
import { loopbackAddresses } from '../src/local-network.ts'
import { readSharedFile } from '../src/shared-file.ts'

const quiet = { read: () => {}, stop: new AbortController().signal }

it('serves on one port over IPv4 and IPv6, by identity alone', async () => {
  const path = temporaryFile('content')
  const file = await readSharedFile(path, quiet)
  await using server = await serveFile(file, { addresses: ['127.0.0.1', '::1'], port: 0 })
  const name = idToHex(file.identity)
  for (const host of ['127.0.0.1', '[::1]']) {
    const at = `http://${host}:${server.port}`
    expect(await (await fetch(`${at}/${name}`)).text()).toBe('content')
    const head = await fetch(`${at}/${name}`, { method: 'HEAD' })
    expect([head.status, head.headers.get('content-length')]).toEqual([200, '7'])
    expect((await fetch(`${at}/`)).status).toBe(404)
    expect((await fetch(`${at}/${name}/../${name}x`)).status).toBe(404)
    expect((await fetch(`${at}/${name}`, { method: 'POST' })).status).toBe(405)
  }
})

it('serves no bytes of a file that has changed', async () => {
  const path = temporaryFile('content')
  const file = await readSharedFile(path, quiet)
  await using server = await serveFile(file, { addresses: loopbackAddresses(), port: 0 })
  writeFileSync(path, 'contents')
  const response = await fetch(`http://127.0.0.1:${server.port}/${idToHex(file.identity)}`)
  expect([response.status, await response.text()]).toEqual([410, 'the file has changed\n'])
})
