// A network whose nodes around one target are surrounded: somebody has chosen ids right beside it.
// The honest tables were full before, so the liars are in those buckets only that have room.
import { idToBigInt } from '@dht/id'
import type { LookupInit, RegionLookupOptions } from '../../src/index.ts'
import { type Chance, sample } from './chance.ts'
import { Network, nearest, randomValue, type TestNode, testNode, uniformValues } from './network.ts'
import type { Reply } from './sweep.ts'

export interface CrowdOptions {
  /** Number of honest nodes. */
  readonly honest: number
  /** Number of liars beside the target. */
  readonly ground: number
  /** Number of subnets that the liars have; each honest node has one of its own. */
  readonly subnets: number
}

export interface Crowd {
  readonly init: LookupInit<TestNode>
  readonly options: RegionLookupOptions<TestNode>
  readonly reply: Reply
  /** The honest nodes of the region, apart from the one that looks up. */
  readonly honestInside: readonly TestNode[]
}

const K = 8
const WIDTH = 20
const BITS = 8 * WIDTH
/** Liars are this far apart: nearer to the target than any honest node. */
const STEP = 1n << 100n

const sharedBits = (a: bigint, b: bigint): number => {
  return a === b ? BITS : BITS - (a ^ b).toString(2).length
}

export function crowdedNetwork({ honest, ground, subnets }: CrowdOptions, random: Chance): Crowd {
  const network = new Network({
    values: uniformValues(honest, WIDTH, random),
    width: WIDTH,
    k: K,
    random,
  })
  const target = randomValue(WIDTH, random)
  const liars = Array.from({ length: ground }, (_, at) => {
    return testNode(target ^ (BigInt(at + 1) * STEP), WIDTH)
  })
  const isLiar = new Set(liars.map(({ value }) => value))
  const known = new Map<TestNode, readonly TestNode[]>()
  const tableOf = (node: TestNode): readonly TestNode[] => {
    const table = network.table(node)
    const shared = sharedBits(node.value, target)
    const bucket = table.filter((other) => sharedBits(other.value, node.value) === shared)
    const all = known.get(node) ?? [...table, ...sample(liars, K - bucket.length, random)]
    known.set(node, all)
    return all
  }
  const asker = network.nodes[0]!
  const region = K / honest
  return {
    init: {
      target: testNode(target, WIDTH).id,
      self: asker.id,
      startingContacts: nearest(tableOf(asker), target, K),
      region,
    },
    options: {
      k: K,
      endpointOf: ({ address }) => address,
      addressOf: ({ address }) => address,
      subnetOf: ({ value, address }) => {
        return isLiar.has(value) ? `liars ${(value / STEP) % BigInt(subnets)}` : address
      },
    },
    reply: ({ contact, toward }) => {
      const point = toward === undefined ? target : idToBigInt(toward)
      const all = isLiar.has(contact.value) ? liars : tableOf(contact)
      const closer = nearest(
        all.filter((node) => node !== asker && node !== contact),
        point,
        K,
      )
      return { responder: contact, closer, token: Uint8Array.of(1) }
    },
    honestInside: network.nodes.filter((node) => {
      return node !== asker && Number(node.value ^ target) < region * 2 ** BITS
    }),
  }
}
