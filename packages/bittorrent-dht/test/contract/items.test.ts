// Items of BEP 44, in npm's package and in ours.

import { createHash } from 'node:crypto'
import { encodeValue, signedBytes } from '@dht/krpc'
import { nodeCrypto } from '@dht/node'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Client, GotValue, PutOptions } from '../../src/index.ts'
import { answer, KITS, until, World } from '../support/clients.ts'

const secret = new Uint8Array(32).fill(7)
const k = Buffer.from(nodeCrypto.publicKeyOf(secret))
const sign = (bytes: Buffer) => Buffer.from(nodeCrypto.sign(secret, bytes))
const verify = (signature: Buffer, message: Buffer, publicKey: Buffer) =>
  nodeCrypto.verify(publicKey, message, signature)
const sha1 = (...parts: Uint8Array[]) => createHash('sha1').update(Buffer.concat(parts)).digest()
const salt = Buffer.from('salt')
const hello = Buffer.from('hello')

type Put = [error: Error | null, key?: Buffer, count?: number]
type Got = [error: Error | null, value?: GotValue | null]

describe.each(KITS)('$name', (kit) => {
  let world: World
  let first: Client
  let second: Client

  beforeEach(async () => {
    world = new World(kit)
    ;[first, second] = (await world.friends(2, { verify })) as [Client, Client]
  })

  afterEach(() => world.close())

  const put = (client: Client, options: PutOptions | Buffer | string): Promise<Put> =>
    answer((done) => client.put(options, done))
  const get = (client: Client, key: Buffer | string, options = {}): Promise<Got> =>
    answer((done) => client.get(key, options, done))

  it('puts a value and returns its key at once; any node gets it', async () => {
    const key = sha1(Buffer.from('5:hello'))
    let returned: Buffer | undefined
    const [error, told, count] = await answer<Put>((done) => {
      returned = first.put({ v: hello }, done)
    })
    expect([returned, error, told, count]).toEqual([key, null, key, 1])
    for (const client of [first, second]) {
      for (const name of [key, key.toString('hex')]) {
        const [failure, value] = await get(client, name)
        expect(failure).toBeNull()
        expect(value).toMatchObject({ v: hello })
        expect(value?.id).toHaveLength(20)
        expect([value?.k, value?.sig, value?.seq]).toEqual([undefined, undefined, undefined])
      }
    }
  })

  it('takes a buffer or a text in place of the options', async () => {
    for (const value of [hello, 'hello']) {
      const [error, key] = await put(first, value)
      expect(error).toBeNull()
      expect((await get(second, key as Buffer))[1]).toMatchObject({ v: hello })
    }
    const [, key] = await put(first, { v: 'text' })
    expect((await get(second, key as Buffer))[1]).toMatchObject({ v: Buffer.from('text') })
  })

  it('needs neither options nor callbacks', async () => {
    const key = second.put(hello)
    expect(key).toEqual(sha1(Buffer.from('5:hello')))
    await until(() => Object.keys(first.toJSON().values).length > 0)
    const [error, value] = await answer<Got>((done) => second.get(key, done))
    expect([error, value]).toMatchObject([null, { v: hello }])
  })

  it('has an error where no node can take it, and keeps what is immutable', async () => {
    const alone = await world.listening()
    const [error, key, count] = await put(alone, hello)
    expect(error).toBeInstanceOf(Error)
    expect([key, count]).toEqual([sha1(Buffer.from('5:hello')), 0])
    expect((await get(alone, key as Buffer))[1]).toMatchObject({ v: hello })
  })

  it('gets null for what nobody has', async () => {
    expect(await get(first, 'ef'.repeat(20))).toEqual([null, null])
    expect(await get(await world.listening(), 'ef'.repeat(20))).toEqual([null, null])
  })

  it('puts a signed value by its key, and gets it with all of its parts', async () => {
    const [error, key, count] = await put(first, { v: hello, k, seq: 0, sign })
    expect([error, key, count]).toEqual([null, sha1(k), 1])
    const [failure, value] = await get(first, key as Buffer)
    expect(failure).toBeNull()
    expect(value).toMatchObject({ v: hello, k, seq: 0, id: second.nodeId })
    const message = signedBytes({ salt: new Uint8Array(0), seq: 0n, v: encodeValue(hello) })
    expect(verify(value?.sig as Buffer, Buffer.from(message), k)).toBe(true)
  })

  it('signs what BEP 44 says, with the salt', async () => {
    const signed: string[] = []
    const noting = (bytes: Buffer): Buffer => {
      signed.push(Buffer.from(bytes).toString())
      return sign(bytes)
    }
    const [error, key] = await put(first, { v: hello, k, seq: 4, salt, sign: noting })
    expect([error, key]).toEqual([null, sha1(k, salt)])
    expect(new Set(signed)).toEqual(new Set(['4:salt4:salt3:seqi4e1:v5:hello']))
    const [, value] = await get(first, key as Buffer, { salt })
    expect(value).toMatchObject({ v: hello, seq: 4, salt })
    expect((await get(first, key as Buffer))[1]).toBeNull()
  })

  it('puts again what it got, and what was signed elsewhere', async () => {
    const message = signedBytes({ salt, seq: 1n, v: encodeValue(hello) })
    const [, key] = await put(first, { v: hello, k, seq: 1, salt, sig: sign(Buffer.from(message)) })
    const [, value] = await get(first, key as Buffer, { salt })
    const [third] = (await world.friends(2, { verify })) as [Client]
    const [error, again] = await put(third, value as PutOptions)
    expect([error, again]).toEqual([null, key])
    expect((await get(third, key as Buffer, { salt }))[1]).toMatchObject({ v: hello, seq: 1 })
  })

  it('gets the newest version, and is told of a newer one when it puts', async () => {
    const [, key] = await put(first, { v: hello, k, seq: 2, sign })
    expect((await put(first, { v: 'newer', k, seq: 3, sign }))[0]).toBeNull()
    expect((await get(first, key as Buffer))[1]).toMatchObject({ v: Buffer.from('newer'), seq: 3 })
    const [error, , count] = await put(first, { v: 'older', k, seq: 1, sign })
    expect(error).toMatchObject({ code: 302 })
    expect(count).toBe(0)
  })

  it('replaces only the version that cas names', async () => {
    await put(first, { v: hello, k, seq: 2, sign })
    const [error] = await put(first, { v: 'other', k, seq: 3, cas: 1, sign })
    expect(error).toMatchObject({ code: 301 })
    expect((await put(first, { v: 'other', k, seq: 3, cas: 2, sign }))[0]).toBeNull()
    const [, value] = await get(first, sha1(k))
    expect(value).toMatchObject({ v: Buffer.from('other'), seq: 3 })
  })

  it('does not put what has a wrong signature, nor gets it', async () => {
    const [error] = await put(first, { v: hello, k, seq: 1, sign: () => Buffer.alloc(64, 1) })
    expect(error).toBeInstanceOf(Error)
    expect((await get(first, sha1(k)))[1]).toBeNull()
  })

  it('takes the verify of the call into account', async () => {
    const [, key] = await put(first, { v: hello, k, seq: 1, sign })
    expect((await get(first, key as Buffer, { verify: () => false }))[1]).toBeNull()
    expect((await get(first, key as Buffer, { verify, cache: false }))[1]).toMatchObject({ seq: 1 })
  })

  it('shows what it stores as JSON', async () => {
    const [, key] = await put(first, hello)
    const [, signed] = await put(first, { v: hello, k, seq: 5, sign })
    const hex = hello.toString('hex')
    const { values } = JSON.parse(JSON.stringify(second)) as ReturnType<Client['toJSON']>
    expect(values).toMatchObject({
      [(key as Buffer).toString('hex')]: { v: hex },
      [(signed as Buffer).toString('hex')]: { v: hex, seq: 5, k: k.toString('hex') },
    })
    expect(Object.values(values)[1]?.sig).toHaveLength(128)
    expect(first.toJSON().values).toEqual({
      [(key as Buffer).toString('hex')]: { v: hex, id: first.nodeId.toString('hex') },
    })
  })

  it.each([
    ['no value', {}],
    ['a value that is too long', { v: Buffer.alloc(1_000) }],
    ['a key of another length', { v: hello, k: k.subarray(1), seq: 1, sign }],
    ['no signature', { v: hello, k, seq: 1 }],
    ['no version', { v: hello, k, sign }],
    ['a version that is no number', { v: hello, k, seq: 'one', sign }],
    ['a cas that is no number', { v: hello, k, seq: 1, cas: 'one', sign }],
    ['a salt that is too long', { v: hello, k, seq: 1, salt: Buffer.alloc(65), sign }],
  ])('throws for %s', (_what, options) => {
    expect(() => first.put(options as PutOptions)).toThrow()
  })

  it('throws for what is no key', () => {
    for (const wrong of [undefined, null, 5]) expect(() => first.get(wrong as never)).toThrow()
  })
})
