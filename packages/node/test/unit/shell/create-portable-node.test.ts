// The portable node beside the node on Node: the same facade, over transports that are given.

import { afterEach, describe, expect, it, vi } from 'vitest'
import { createNode } from '../../../src/shell/create-node.ts'
import { createPortableNode } from '../../../src/shell/create-portable-node.ts'
import { MemoryNetwork } from '../../support/memory-network.ts'
import { codeOf } from '../../support/memory-node.ts'
import { MemoryStorage } from '../../support/memory-storage.ts'

const ID = 'ab'.repeat(32)

afterEach(() => vi.restoreAllMocks())

it('finds what a node on Node announces, and the other way round', async () => {
  const network = new MemoryNetwork()
  await using there = await createNode({ transports: [network.transport('192.0.2.1', 1)] })
  await using here = await createPortableNode({
    transports: [network.transport('192.0.2.2', 2)],
    bootstrap: there.endpoints,
  })
  await here.joined()
  await here.enter(ID, 80)
  expect((await there.lookup(ID)).endpoints).toMatchObject([{ address: '192.0.2.2', port: 80 }])
  await there.enter(ID, 81)
  expect((await here.lookup(ID)).endpoints).toHaveLength(2)
})

it('reads the state that a node on Node saved', async () => {
  const state = new MemoryStorage()
  const transports = (host: number) => [new MemoryNetwork().transport(`192.0.2.${host}`, 1)]
  const node = await createNode({ transports: transports(1), state })
  await node.close()
  await using portable = await createPortableNode({ transports: transports(2), state })
  expect(portable.id).toBe(node.id)
})

describe('what needs a machine', () => {
  it.each([
    [{}, 'transports: expected a list: there is no UDP here'],
    [{ port: 1 }, 'transports: expected a list'],
    [{ state: 'a/path' }, 'state: expected a StateStorage, got "a/path"'],
  ])('%j is refused', async (options, message) => {
    const transports = [new MemoryNetwork().transport('192.0.2.1', 1)]
    const given = 'state' in options ? { transports, ...options } : options
    const call = () => createPortableNode(given as never)
    expect(await codeOf(call)).toBe('ERR_DHT_NODE_ARGUMENT')
    await expect(call()).rejects.toThrow(message)
  })

  it('a name of the bootstrap list is a warning, which goes to the console', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const transports = [new MemoryNetwork().transport('192.0.2.1', 1)]
    await using node = await createPortableNode({ transports, bootstrap: ['a.example:1'] })
    await vi.waitFor(() => expect(warn).toHaveBeenCalledOnce())
    expect(warn.mock.calls[0]?.join(' ')).toMatch(/DHT_BOOTSTRAP_NAME.*a\.example.*resolver/s)
    expect(node.info().id).toBeDefined()
  })
})
