import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { DhtNode } from '../../../src/shell/dht-node.ts'
import type { NodeEvent } from '../../../src/shell/plain.ts'
import { MemoryWorld } from '../../support/memory-node.ts'

const ID = 'ab'.repeat(32)

let world: MemoryWorld
let alice: DhtNode

beforeEach(async () => {
  world = new MemoryWorld()
  alice = (await world.nodes(3))[0] as DhtNode
})

afterEach(() => world.close())

it('API-14: events are told to a listener at once, whether or not anyone reads them', async () => {
  const told: NodeEvent[] = []
  const onEvent = (event: NodeEvent): void => void told.push(event)
  const dave = await world.node(4, { onEvent })
  await dave.joined()
  const reader = dave.events()
  await reader.return?.()
  const { endpoints } = alice
  for (const renewed of [false, true]) {
    await alice.enter(ID, 6)
    const event = told.find((each) => each.kind === 'stored' && each.renewed === renewed)
    const peer = { ...endpoints[0], port: 6 }
    expect(event).toEqual({ kind: 'stored', target: ID, peer, from: endpoints[0], renewed })
  }
  await dave.close()
  expect(told.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['joined', 'contact-added']))
})

it('API-14: an error of the listener does not stop the node', async () => {
  const fault = new Error('of the listener')
  const later = vi.spyOn(globalThis, 'queueMicrotask').mockImplementation(() => {})
  const onEvent = (): never => {
    throw fault
  }
  const dave = await world.node(4, { onEvent })
  expect((await dave.joined()).contacts).toBe(3)
  const [[thrown]] = later.mock.calls as [[() => void]]
  later.mockRestore()
  expect(thrown).toThrow(fault)
})
