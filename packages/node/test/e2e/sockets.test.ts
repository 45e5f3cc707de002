// Ports that are in use: a typed rejection, and no socket left open.

import { afterEach, beforeEach, expect, it } from 'vitest'
import { codeOf } from '../support/memory-node.ts'
import { bound, close } from '../support/sockets.ts'
import { BOTH, UdpNodes, V4, V6 } from '../support/udp-nodes.ts'

let nodes: UdpNodes

beforeEach(() => {
  nodes = new UdpNodes()
})

afterEach(() => nodes.close())

it('a port in use is a typed rejection with the cause of the system', async () => {
  const taken = await nodes.add(V4)
  const { port } = taken.endpoints[0]!
  await expect(nodes.add({ ...V4, port })).rejects.toMatchObject({
    code: 'ERR_DHT_KRPC_BIND',
    cause: { code: 'EADDRINUSE' },
  })
  // The port of the other family is free, so it was open for a moment and is free again.
  expect(await codeOf(() => nodes.add({ ...BOTH, port }))).toBe('ERR_DHT_KRPC_BIND')
  await close(await bound(6, port))
})

it('the socket opened first is closed when the second cannot be opened', async () => {
  const taken = await nodes.add(V6)
  const { port } = taken.endpoints[0]!
  expect(await codeOf(() => nodes.add({ ...BOTH, port }))).toBe('ERR_DHT_KRPC_BIND')
  await close(await bound(4, port))
})

it('a port in use is an error for IPv6 too when the option has its default', async () => {
  const taken = await nodes.add(V6)
  const { port } = taken.endpoints[0]!
  const { ipv6: _, ...unasked } = { ...BOTH, port }
  expect(await codeOf(() => nodes.add(unasked))).toBe('ERR_DHT_KRPC_BIND')
})

it('a port is free again as soon as its node is closed', async () => {
  const before = await nodes.add(V4)
  const { port } = before.endpoints[0]!
  await before.close()
  const after = await nodes.add({ ...V4, port, bootstrap: [] })
  expect(after.endpoints[0]?.port).toBe(port)
})
