// Which sockets a node opens, and what it does where the machine has no IPv6.

import { endpoint, type Family, type Transport } from '@dht/krpc'
import { BindError, type UdpOptions } from '@dht/krpc/udp'
import { beforeEach, expect, it, vi } from 'vitest'
import { createNode } from '../../src/shell/create-node.ts'
import { codeOf } from '../support/memory-node.ts'

const machine = vi.hoisted(() => ({
  opened: [] as { family: number; address: string; port: number }[],
  closed: [] as number[],
  /** Error codes with which binding fails. */
  refusals: {} as Partial<Record<number, string>>,
}))

vi.mock('@dht/krpc/udp', async (original) => ({
  ...(await original<typeof import('@dht/krpc/udp')>()),
  udpTransport({ family = 4, address = '', port = 0 }: UdpOptions): Transport {
    return {
      family,
      start: async () => {
        const code = machine.refusals[family]
        if (code === UNEXPLAINED) throw new Error(code)
        const cause = Object.assign(new Error('bind'), { code })
        const what = { what: 'socket', expected: 'a local address', got: address, cause }
        if (code !== undefined) throw new BindError(what)
        machine.opened.push({ family, address, port })
        return endpoint(address, port === 0 ? 4_000 + family : port)
      },
      send: () => {},
      close: async () => void machine.closed.push(family),
    }
  },
}))

/** How binding fails without a cause. */
const UNEXPLAINED = 'for no reason'

beforeEach(() => {
  machine.opened = []
  machine.closed = []
  machine.refusals = {}
})

const families = async (options: object): Promise<Family[]> => {
  await using node = await createNode({ bootstrap: [], ...options })
  return node.endpoints.map(({ family }) => family)
}

it('both families are opened, on the same port', async () => {
  expect(await families({})).toEqual([4, 6])
  expect(machine.opened).toEqual([
    { family: 4, address: '0.0.0.0', port: 3739 },
    { family: 6, address: '::', port: 3739 },
  ])
})

it('one can be left out, and addresses can be chosen', async () => {
  expect(await families({ ipv6: false, ipv4: '127.0.0.1', port: 5 })).toEqual([4])
  expect(await families({ ipv4: false, ipv6: '::1', port: 6 })).toEqual([6])
  expect(machine.opened).toEqual([
    { family: 4, address: '127.0.0.1', port: 5 },
    { family: 6, address: '::1', port: 6 },
  ])
})

it.each(['EAFNOSUPPORT', 'EADDRNOTAVAIL'])('missing IPv6 (%s) is a warning', async (code) => {
  machine.refusals = { 6: code }
  const onWarning = vi.fn()
  await using node = await createNode({ bootstrap: [], onWarning })
  expect(node.endpoints.map(({ family }) => family)).toEqual([4])
  expect(machine.closed).toEqual([6])
  expect((await node.events().next()).value).toMatchObject({ code: 'DHT_NO_IPV6' })
  expect(onWarning.mock.calls).toMatchObject([[{ kind: 'warning', code: 'DHT_NO_IPV6' }]])
})

it.each([
  [{ ipv6: '::' }, { 6: 'EAFNOSUPPORT' }],
  [{ ipv4: false }, { 6: 'EAFNOSUPPORT' }],
  [{}, { 6: 'EADDRINUSE' }],
  [{}, { 6: 'EACCES' }],
  [{}, { 4: 'EAFNOSUPPORT' }],
])('%j with %j is an error, and no socket stays open', async (options, refusals) => {
  machine.refusals = refusals
  expect(await codeOf(() => families(options))).toBe('ERR_DHT_KRPC_BIND')
  for (const { family } of machine.opened) expect(machine.closed).toContain(family)
  for (const family of Object.keys(refusals)) expect(machine.closed).toContain(Number(family))
})

it('an error of bind without a code is passed on', async () => {
  machine.refusals = { 6: UNEXPLAINED }
  await expect(families({})).rejects.toThrow(UNEXPLAINED)
})
