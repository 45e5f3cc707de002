// Where an announcement is stored, and where it should be.

import type { TestNode } from '../clients/node-client.ts'

/** Number of nodes that store an announcement. */
const K = 8

export interface Placement {
  /** A node of ours, which asks all others. */
  readonly observer: TestNode
  readonly nodes: readonly TestNode[]
  readonly infohash: string
  readonly announcer: TestNode
}

/**
 * @returns how many of the eight nodes nearest to the info hash store the announcement; announcer
 * and observer apart
 */
export async function heldByNearest(placement: Placement): Promise<number> {
  const { observer, nodes, infohash, announcer } = placement
  const others = nodes.filter((node) => node !== announcer && node !== observer)
  const ids = await Promise.all(
    others.map(async (node) => {
      const endpoint = node.endpoints[0] as string
      return { endpoint, id: await observer.ask<string>('idOf', { endpoint }) }
    }),
  )
  const nearest = ids
    .map(({ endpoint, id }) => ({
      endpoint,
      distance: BigInt(`0x${id}`) ^ BigInt(`0x${infohash}`),
    }))
    .toSorted((a, b) => (a.distance < b.distance ? -1 : 1))
    .slice(0, K)
  const stored = await Promise.all(
    nearest.map(({ endpoint: at }) => {
      return observer.ask<boolean>('isStored', { at, infohash, of: announcer.endpoints[0] })
    }),
  )
  return stored.filter(Boolean).length
}
