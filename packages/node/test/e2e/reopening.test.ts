// A real socket that is closed under its node: the node opens another one and can be reached again.

import { Socket } from 'node:dgram'
import { formatEndpoint } from '@dht/krpc'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { NodeEvent } from '../../src/shell/plain.ts'
import { UdpNodes, V4 } from '../support/udp-nodes.ts'

const ID = 'ab'.repeat(32)

let nodes: UdpNodes

beforeEach(() => {
  nodes = new UdpNodes()
})

afterEach(async () => {
  vi.restoreAllMocks()
  await nodes.close()
})

it('NET-66: a socket closed under a node is opened again, and the contacts stay', async () => {
  const others = await nodes.addAll(4, V4)
  const bind = vi.spyOn(Socket.prototype, 'bind')
  const [warnings, events]: [string[], NodeEvent[]] = [[], []]
  const node = await nodes.add({ ...V4, onWarning: ({ code }) => void warnings.push(code) })
  await node.joined()
  const watching = (async () => {
    for await (const event of node.events()) events.push(event)
  })()
  const [before, [local]] = [node.info().overlays[0]!, node.endpoints]
  expect([before.isOpen, before.contacts]).toEqual([true, { good: 4, questionable: 0, bad: 0 }])

  for (const socket of new Set(bind.mock.contexts as Socket[])) socket.close()
  await vi.waitFor(() => expect(node.info().overlays[0]!.isOpen).toBe(false))
  await expect(node.ping(others[0]!.endpoints[0]!)).rejects.toMatchObject({
    code: 'ERR_DHT_NODE_UNREACHABLE',
  })
  expect((await node.lookup(ID)).incompleteReasons).toEqual(['no-response'])
  expect(node.info().overlays[0]!.contacts).toEqual(before.contacts)

  await vi.waitFor(() => expect(node.info().overlays[0]!.isOpen).toBe(true), { timeout: 20_000 })
  expect(node.endpoints).toEqual([local])
  await node.enter(ID, 8_080)
  const { endpoints } = await others[0]!.lookup(ID)
  expect(endpoints.map(formatEndpoint)).toEqual(['127.0.0.1:8080'])
  expect(warnings).toEqual(['DHT_TRANSPORT_FAILED'])
  await node.close()
  await watching
  const kinds = events.map(({ kind }) => kind)
  expect(kinds.filter((kind) => kind.startsWith('transport'))).toEqual([
    'transport-lost',
    'transport-reopened',
  ])
}, 60_000)
