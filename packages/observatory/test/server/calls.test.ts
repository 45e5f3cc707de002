// What a page may ask of the node, and what it may not.

import { mainline } from '@dht/krpc'
import { describe, expect, it } from 'vitest'
import { ask, node, type Reply, type Served, served, session } from '../support/loopback.ts'
import { stream } from '../support/stream-reader.ts'

const ID = 'ab'.repeat(32)

async function post(server: Served, path: string, body: string | object): Promise<Reply> {
  const headers = { cookie: await session(server) }
  return ask(server, path, { method: 'POST', headers, body })
}

const errorOf = ({ text }: Reply): { code: string; message: string } => JSON.parse(text).error

describe('a lookup', () => {
  it('runs, and its steps and its result come in the stream', async () => {
    const alice = await node()
    const bob = await node({ bootstrap: alice.endpoints })
    await bob.enter(ID, 8_080)
    const server = await served({ node: alice })
    const reader = await stream(server)
    await reader.first('snapshot')
    const { status, text } = await post(server, '/lookup', { target: ID.toUpperCase() })
    expect(status).toBe(202)
    const { request } = JSON.parse(text)
    const result = await reader.first('lookup-result')
    expect(result).toMatchObject({
      request,
      target: ID,
      complete: true,
      endpoints: ['127.0.0.1:8080'],
    })
    expect(result.closest).toEqual([
      { id: bob.id, endpoint: `127.0.0.1:${bob.endpoints[0]?.port}` },
    ])
    const { lookup } = await reader.first('lookup', ({ step }) => step.kind === 'ended')
    expect(lookup).toMatchObject({ target: ID, purpose: 'user', family: 4 })
    const steps = reader.messages.flatMap((each) => (each.kind === 'lookup' ? [each] : []))
    const own = steps.filter((each) => each.lookup.id === lookup.id)
    expect(own.map(({ step }) => step.kind)).toEqual(['started', 'queried', 'responded', 'ended'])
    expect(JSON.stringify(steps)).not.toMatch(/"token"/)
  })

  it('may look for the nearest nodes', async () => {
    const alice = await node()
    const bob = await node({ bootstrap: alice.endpoints })
    await bob.joined()
    const server = await served({ node: bob })
    const reader = await stream(server)
    await post(server, '/lookup', { target: ID, mode: 'closest' })
    const { closest, endpoints } = await reader.first('lookup-result')
    expect([closest.map(({ id }) => id), endpoints]).toEqual([[alice.id], []])
  })

  it('may be started ten times a minute, whoever asks', async () => {
    const server = await served()
    const replies: Reply[] = []
    for (let i = 0; i < 12; i++) replies.push(await post(server, '/lookup', { target: ID }))
    const statuses = replies.map(({ status }) => status)
    expect(statuses).toEqual([...Array(10).fill(202), 429, 429])
    const wait = Number(replies.at(-1)?.headers['retry-after'])
    expect(wait).toBeGreaterThan(0)
    expect(wait).toBeLessThanOrEqual(60)
  })

  it('is refused with a target of another width, in the words of the node', async () => {
    const server = await served()
    const reply = await post(server, '/lookup', { target: 'ab'.repeat(20) })
    expect(reply.status).toBe(400)
    expect(errorOf(reply).message).toMatch(/64 characters/)
  })

  it.each([
    {},
    { target: 1 },
    { target: 'zz'.repeat(32) },
    { target: ID, mode: 'all' },
    { target: ID, more: 1 },
    { target: `${ID}\n` },
    '',
    '{',
    '[]',
    '{"__proto__":{"target":"ab"}}',
    'null',
  ])('is refused as %o', async (body) => {
    const server = await served()
    const reply = await post(server, '/lookup', body)
    expect(reply.status).toBe(400)
    expect(errorOf(reply).message).not.toContain('zz')
  })

  it('tells of its failure when the node is closed meanwhile', async () => {
    const alone = await node()
    const server = await served({ node: alone })
    const reader = await stream(server)
    await reader.first('snapshot')
    await alone.close()
    const reply = await post(server, '/lookup', { target: ID })
    expect(reply.status).toBe(202)
    expect((await reader.first('lookup-result')).error).toMatch(/closed/)
    await reader.first('end')
  })
})

describe('writes', () => {
  it.each([
    ['/enter', { id: ID, port: 80 }],
    ['/delete', { id: ID }],
    ['/put', { value: 'text' }],
  ])('%s is refused unless writes are allowed', async (path, body) => {
    const alone = await node()
    const server = await served({ node: alone })
    const reply = await post(server, path, body)
    expect([reply.status, errorOf(reply).code]).toEqual([403, 'forbidden'])
    expect(alone.info().announcements).toEqual([])
  })

  it('enter and delete an announcement when they are allowed', async () => {
    const alone = await node()
    const server = await served({ node: alone, allowWrites: true })
    expect((await post(server, '/enter', { id: ID, port: 80 })).status).toBe(202)
    expect(alone.info().announcements).toMatchObject([{ id: ID, port: 80 }])
    expect((await post(server, '/delete', { id: ID })).status).toBe(202)
    expect(alone.info().announcements).toEqual([])
  })

  it('put an item under the hash of its bencoded bytes, in Mainline only', async () => {
    const alone = await node({ network: mainline })
    const server = await served({ node: alone, allowWrites: true })
    const { status, text } = await post(server, '/put', { value: 'Hello World!' })
    // The test vector of BEP 44.
    const id = 'e5f96f6f38320f0f33959cb4d3d656452117aadb'
    expect([status, JSON.parse(text)]).toEqual([202, { id }])
    const other = await served({ allowWrites: true })
    expect((await post(other, '/put', { value: 'x' })).status).toBe(400)
  })

  it.each([
    ['/enter', { id: ID, port: 0 }],
    ['/enter', { id: ID, port: 65_536 }],
    ['/enter', { id: ID, port: '80' }],
    ['/enter', { id: 'ab', port: 80 }],
    ['/delete', {}],
    ['/put', { value: 'é'.repeat(451) }],
    ['/put', { value: 1 }],
  ])('%s refuses %o', async (path, body) => {
    const server = await served({ allowWrites: true })
    expect((await post(server, path, body)).status).toBe(400)
  })

  it('are limited to thirty a minute', async () => {
    const server = await served({ allowWrites: true })
    const statuses: number[] = []
    for (let i = 0; i < 31; i++) statuses.push((await post(server, '/delete', { id: ID })).status)
    expect(statuses).toEqual([...Array(30).fill(202), 429])
  })
})

describe('a body', () => {
  it('is refused when it is too long, announced or not', async () => {
    const server = await served()
    const headers = { cookie: await session(server) }
    const body = JSON.stringify({ target: ID, more: 'x'.repeat(10_000) })
    const asked = { method: 'POST', body }
    const chunked = { ...headers, 'transfer-encoding': 'chunked' }
    for (const given of [headers, chunked]) {
      const reply = await ask(server, '/lookup', { ...asked, headers: given })
      expect([reply.status, errorOf(reply).code]).toEqual([413, 'too-long'])
      expect(reply.headers.connection).toBe('close')
    }
  })
})
