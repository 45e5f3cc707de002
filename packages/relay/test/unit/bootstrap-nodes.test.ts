// The nodes of a relay's list: read, looked up, and told by network and family.

import { endpoint, formatEndpoint } from '@dht/krpc'
import { expect, it } from 'vitest'
import { BootstrapNodes, systemNames } from '../../src/server/bootstrap-nodes.ts'

const MINUTE = 60_000

it('are told by network and family, names as soon as they are found', async () => {
  const found = new Map([['a.example', ['192.0.2.7', '2001:db8::7']]])
  const asked: string[] = []
  const nodes = new BootstrapNodes(
    { dht256: ['192.0.2.1:1', '[2001:db8::1]:2', 'a.example:3', 'gone.example:4'], mainline: [] },
    async (host) => {
      asked.push(host)
      const addresses = found.get(host)
      if (addresses === undefined) throw new Error('no such name')
      return addresses
    },
  )
  const told = (family: 4 | 6) => nodes.of('dht256', family).map(formatEndpoint)
  expect(told(4)).toEqual([])
  await nodes.renew(0)
  expect(told(4)).toEqual(['192.0.2.1:1', '192.0.2.7:3'])
  expect(told(6)).toEqual(['[2001:db8::1]:2', '[2001:db8::7]:3'])
  expect([nodes.of('mainline', 4), nodes.of('another', 4)]).toEqual([[], []])
  expect(nodes.has(endpoint('192.0.2.7', 3))).toBe(true)
  expect(nodes.has(endpoint('192.0.2.7', 4))).toBe(false)
  await nodes.renew(MINUTE)
  expect(asked).toEqual(['a.example', 'gone.example'])
  found.clear()
  await nodes.renew(11 * MINUTE)
  expect(asked).toHaveLength(4)
  expect(told(4)).toEqual(['192.0.2.1:1', '192.0.2.7:3'])
})

it('are 16 at most in one welcome', async () => {
  const list = Array.from({ length: 20 }, (_, nth) => `192.0.2.${nth}:1`)
  const nodes = new BootstrapNodes({ dht256: list }, async () => [])
  await nodes.renew(0)
  expect(nodes.of('dht256', 4).map(({ address }) => `${address}:1`)).toEqual(list.slice(0, 16))
})

it.each([['a'], ['a:0'], ['a:65536'], [':1'], ['::1:1'], [5], ['a b:1']])(
  '%j is refused',
  (text) => {
    expect(() => new BootstrapNodes({ dht256: [text as never] }, systemNames)).toThrow(
      expect.objectContaining({
        code: 'ERR_DHT_RELAY_OPTION',
        message: expect.stringContaining('bootstrap.dht256: expected'),
      }),
    )
  },
)

it('names of this machine are found by its system', async () => {
  expect(await systemNames('localhost')).toContain('127.0.0.1')
})
