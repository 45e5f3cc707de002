// Items in networks of nodes: put by one node and got by another, among nodes that die and lie.

import type { Id } from '@dht/id'
import { encodeValue, mainline, put } from '@dht/krpc'
import type { StoredItem } from '@dht/store'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { nodeCrypto } from '../../src/adapters/node-crypto.ts'
import { ItemGoal } from '../../src/core/lookups/goals/item.ts'
import { respondToGet } from '../../src/core/methods/get.ts'
import { builtInMethods } from '../../src/core/methods/index.ts'
import { type NodeMethod, refuse } from '../../src/core/methods/node-method.ts'
import type { PutReport } from '../../src/core/operations/outcome.ts'
import { Author, type ItemPut, stored } from '../support/items.ts'
import { unpaced } from '../support/unpaced.ts'
import { VirtualNetwork, type VirtualNode } from '../support/virtual-network.ts'

const network = unpaced(mainline)
const core = { network, crypto: nodeCrypto }
const author = new Author(1)
const value = (text: string) => encodeValue(new TextEncoder().encode(text))
const version = (seq: bigint, salt = '') => author.mutable({ v: value(`v${seq}`), seq, salt })

/** A node with these responses in place of its own. */
function withResponses(...responses: readonly NodeMethod[]): { readonly methods: NodeMethod[] } {
  const methods = builtInMethods(network).map(
    (own) => responses.find(({ method }) => method === own.method) ?? own,
  )
  return { methods }
}

/** The nodes of a network that know one another. */
function networkOf(size: number, special = (_n: number): object => ({})): VirtualNetwork {
  const world = new VirtualNetwork({ core })
  for (let n = 0; n < size; n++) world.add({ core: special(n) })
  world.introduceAll()
  return world
}

function putFrom(world: VirtualNetwork, node: VirtualNode, item: ItemPut, cas?: bigint): PutReport {
  const outcome = world.settle(
    node,
    node.request({ kind: 'put', put: { item: stored(item), cas } }),
  )
  if (outcome.kind !== 'put') throw new Error(outcome.kind)
  return outcome.report
}

function getFrom(
  world: VirtualNetwork,
  node: VirtualNode,
  { target, salt }: { readonly target: Id; readonly salt?: Uint8Array },
): { readonly item: StoredItem | undefined; readonly found: readonly StoredItem[] } {
  const found: StoredItem[] = []
  const onFound = (item: StoredItem) => found.push(item)
  const goal = new ItemGoal({ target, salt, crypto: nodeCrypto, onFound })
  const outcome = world.settle(node, node.request({ kind: 'lookup-goal', goal }))
  expect(outcome.kind).toBe('found')
  return { item: goal.item, found }
}

const nodeAt = (world: VirtualNetwork, at: number) => world.nodes[at] as VirtualNode

it('ITEM-16: an item is got by another node as long as it is renewed, also if holders die', () => {
  const world = networkOf(30)
  const [writer, reader] = [nodeAt(world, 1), nodeAt(world, 20)]
  for (const item of [author.immutable(value('hello')), version(1n), version(1n, 'salt')]) {
    expect(getFrom(world, reader, item).item).toBeUndefined()
    const { accepted, refused, complete } = putFrom(world, writer, item)
    expect([refused, complete]).toEqual([[], true])
    // The 8 nearest, and perhaps more of the region around the id, at most 16.
    expect(accepted.length).toBeGreaterThanOrEqual(8)
    expect(accepted.length).toBeLessThanOrEqual(16)
    expect(getFrom(world, reader, item).item).toEqual(stored(item))
    const dead = accepted.slice(0, 5).map(({ endpoint }) => endpoint.address)
    const isHolder = ({ local }: VirtualNode) => dead.includes(local.address)
    const asking = world.alive.find((each) => each !== writer && !isHolder(each)) as VirtualNode
    for (const node of world.nodes.filter(isHolder)) if (node !== writer) node.crash()
    expect(getFrom(world, asking, item).item).toEqual(stored(item))
    world.advance(3_600_000)
    putFrom(world, writer, item)
    world.advance(7_000_000)
    expect(getFrom(world, asking, item).item).toEqual(stored(item))
    world.advance(300_000)
    expect(getFrom(world, asking, item).item).toBeUndefined()
    while (world.alive.length < 20) world.add()
    world.introduceAll()
  }
})

it('ITEM-16, ITEM-18: the highest sequence number wins, and a lower one is told of it', () => {
  const world = networkOf(20)
  const [writer, reader] = [nodeAt(world, 1), nodeAt(world, 9)]
  for (const seq of [1n, 2n, 3n]) {
    expect(putFrom(world, writer, version(seq)).refused).toEqual([])
    expect(getFrom(world, reader, version(seq)).item?.signed?.seq).toBe(seq)
  }
  const low = putFrom(world, reader, version(2n))
  expect(low.accepted).toEqual([])
  expect(new Set(low.refused.map(({ code }) => code))).toEqual(new Set([302]))
  expect(low.newest).toBe(3n)
  const wrong = putFrom(world, writer, version(4n), 2n)
  expect(new Set(wrong.refused.map(({ code }) => code))).toEqual(new Set([301]))
  expect(putFrom(world, writer, version(4n), 3n).accepted).toHaveLength(8)
  const other = author.mutable({ v: value('another'), seq: 4n })
  expect(putFrom(world, reader, other).accepted).toEqual([])
})

/** What a liar returns in place of the newest version. */
const LIES = {
  'another value': () => ({ v: value('lie') }),
  'the value of another sequence number': () => ({ ...version(9n), sig: version(2n).sig }),
  'another key': () => new Author(2).mutable({ v: value('lie'), seq: 9n }),
  'another salt': () => version(9n, 'other'),
  'no signature': () => ({ ...version(9n), sig: new Uint8Array(64) }),
  'a value without its signature': () => ({ v: version(2n).v, seq: 9n }),
  'an old version': () => version(1n),
} as const satisfies Record<string, () => object>

it('ITEM-17: whatever liars return, the newest true version is got, and nothing else', () => {
  const lies = fc.constantFrom(...(Object.keys(LIES) as (keyof typeof LIES)[]))
  fc.assert(
    fc.property(fc.array(lies, { minLength: 1, maxLength: 6 }), (chosen) => {
      const world = networkOf(16, (n) => {
        const lie = chosen[n - 2]
        if (lie === undefined) return {}
        return withResponses({
          ...respondToGet,
          respond: (query, ...rest) => {
            const { v, k, sig, seq }: Partial<ItemPut> = LIES[lie]()
            return { ...respondToGet.respond(query as never, ...rest), v, k, sig, seq }
          },
        })
      })
      const [writer, reader] = [nodeAt(world, 1), nodeAt(world, 0)]
      putFrom(world, writer, version(2n))
      const { item, found } = getFrom(world, reader, version(2n))
      expect(item).toEqual(stored(version(2n)))
      const versions = [stored(version(1n)), stored(version(2n))]
      for (const each of found) expect(versions).toContainEqual(each)
    }),
    { numRuns: 15 },
  )
})

it('ITEM-16: the newest version is got from the one node that has it, in any order', () => {
  const old: NodeMethod = {
    ...respondToGet,
    respond: (query, ...rest) => {
      const { v, k, sig, seq } = version(1n)
      return { ...respondToGet.respond(query as never, ...rest), v, k, sig, seq }
    },
  }
  for (const newest of [2, 5, 8]) {
    const world = networkOf(9, (n) => (n === 0 || n === newest ? {} : withResponses(old)))
    // The writer does not store the item itself, so it has to ask.
    const writer = nodeAt(world, 0)
    putFrom(world, writer, version(2n))
    const { item, found } = getFrom(world, writer, version(2n))
    expect(item).toEqual(stored(version(2n)))
    expect(found.length).toBeGreaterThan(0)
  }
})

it('ITEM-17: where only liars have something, nothing is found', () => {
  const lie: NodeMethod = {
    ...respondToGet,
    respond: (query, ...rest) => ({
      ...respondToGet.respond(query as never, ...rest),
      v: value('lie'),
    }),
  }
  const world = networkOf(8, (n) => (n === 0 ? {} : withResponses(lie)))
  const { target } = author.immutable(value('true'))
  expect(getFrom(world, nodeAt(world, 0), { target })).toEqual({ item: undefined, found: [] })
})

it('ITEM-18: a node that refuses the version that it has counts as one that stored it', () => {
  const held = new Set<bigint | undefined>()
  const strict: NodeMethod = {
    method: put,
    respond(query, ...rest) {
      const { seq } = query as unknown as ItemPut
      if (held.has(seq)) return refuse(302, 'Same sequence number')
      held.add(seq)
      const own = builtInMethods(network).find(({ method }) => method === put) as NodeMethod
      return own.respond(query, ...rest)
    },
  }
  const world = networkOf(2, (n) => (n === 1 ? withResponses(strict) : {}))
  const writer = nodeAt(world, 0)
  expect(putFrom(world, writer, version(1n)).accepted).toHaveLength(1)
  expect(putFrom(world, writer, version(1n))).toMatchObject({ refused: [], complete: true })
  const other = author.mutable({ v: value('another'), seq: 1n })
  expect(putFrom(world, writer, other)).toMatchObject({ accepted: [], refused: [{ code: 302 }] })
})
