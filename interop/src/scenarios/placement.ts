// Where an announcement is stored, and where it should be.

import type { TestNode } from '../clients/node-client.ts'

/** Number of nodes that store an announcement. */
const K = 8

/** A node, its id as a number, and the node of ours that asks it. */
interface Place {
  readonly node: TestNode
  readonly id: bigint
  readonly observer: TestNode
}

/** @param observers - nodes of ours, which ask all others and one another */
export function placesOf(
  nodes: readonly TestNode[],
  observers: readonly [TestNode, TestNode],
): Promise<readonly Place[]> {
  return Promise.all(
    nodes.map(async (node) => {
      const observer = observers[node === observers[0] ? 1 : 0]
      const id = await observer.ask<string>('idOf', { endpoint: node.endpoints[0] })
      return { node, id: BigInt(`0x${id}`), observer }
    }),
  )
}

/** @returns how many of the eight nodes nearest to the info hash, the announcer apart, store it */
export async function heldByNearest(
  places: readonly Place[],
  { announcer, infohash }: { readonly announcer: TestNode; readonly infohash: string },
): Promise<number> {
  const target = BigInt(`0x${infohash}`)
  const nearest = places
    .filter(({ node }) => node !== announcer)
    .toSorted((a, b) => ((a.id ^ target) < (b.id ^ target) ? -1 : 1))
    .slice(0, K)
  const of = announcer.endpoints[0]
  const isHeld = await Promise.all(
    nearest.map(({ node, observer }) => {
      return observer.ask<boolean>('isStored', { at: node.endpoints[0], infohash, of })
    }),
  )
  return isHeld.filter(Boolean).length
}
