import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { dnsLookup } from '../../../src/adapters/dns-lookup.ts'
import { systemLookup } from '../../../src/adapters/system-lookup.ts'
import { type DnsServer, dnsServer } from '../../support/dns-server.ts'

const SIX = [0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]
const { signal } = new AbortController()

let folder: string
let hosts: string
let server: DnsServer

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dht-hosts-'))
  hosts = join(folder, 'hosts')
  await writeFile(hosts, '192.0.2.1 known.example\n2001:db8::1 known.example six.example\n')
  const records = { 'dns.example A': [192, 0, 2, 7], 'dns.example AAAA': SIX }
  server = await dnsServer(records, (question) => question.startsWith('silent.'))
})

afterEach(async () => {
  await server.close()
  await rm(folder, { recursive: true })
})

const four = (host: string, path = hosts): Promise<readonly string[]> =>
  dnsLookup(4, { servers: [server.address], hosts: path })(host, signal)
const six = (host: string): Promise<readonly string[]> =>
  dnsLookup(6, { servers: [server.address], hosts })(host, signal)

describe('no name server is queried', () => {
  it.each(['localhost', 'LOCALHOST.', 'some.localhost'])('for %s', async (host) => {
    expect([await four(host), await six(host)]).toEqual([['127.0.0.1'], ['::1']])
    expect(server.asked).toEqual([])
  })

  it('for names in the hosts file, also of another family', async () => {
    expect(await four('known.example')).toEqual(['192.0.2.1'])
    expect([await six('known.example'), await four('six.example')]).toEqual([['2001:db8::1'], []])
    expect(server.asked).toEqual([])
  })
})

describe('the name server is queried', () => {
  it('for all other names, for one family', async () => {
    expect(await four('dns.example')).toEqual(['192.0.2.7'])
    expect(server.asked).toEqual(['dns.example A'])
    expect(await six('dns.example')).toEqual(['2001:db8::1'])
  })

  it('when there is no hosts file', async () => {
    expect(await four('dns.example', join(folder, 'nowhere'))).toEqual(['192.0.2.7'])
  })

  it('and an unknown name is an error', async () => {
    await expect(four('unknown.example')).rejects.toMatchObject({ code: 'ENOTFOUND' })
  })

  it('until the signal is aborted', async () => {
    const abort = new AbortController()
    const lookup = dnsLookup(4, { servers: [server.address], hosts })
    const waiting = lookup('silent.example', abort.signal)
    await expect.poll(() => server.asked).toEqual(['silent.example A'])
    abort.abort()
    await expect(waiting).rejects.toMatchObject({ code: 'ECANCELLED' })
    await expect(lookup('dns.example', abort.signal)).rejects.toBe(abort.signal.reason)
    expect(server.asked).toHaveLength(1)
  })
})

it('the system resolver knows the name of the machine', async () => {
  const found = await systemLookup('localhost', signal)
  expect(found.some((address) => /^(127\.|::1$)/.test(address))).toBe(true)
})
