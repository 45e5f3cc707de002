// Messages as a node would tell them, small, for the tests of the page.

import fc from 'fast-check'
import type { Bucket, Member, Overlay, SnapshotMessage, Status } from '../../../src/protocol.ts'

export const ID_DIGITS = 4

/** Ids of 16 bits, so that buckets fill and prefixes are shared. */
export const anyShortId: fc.Arbitrary<string> = fc
  .integer({ min: 0, max: 0xffff })
  .map((value) => value.toString(16).padStart(ID_DIGITS, '0'))

export function member(id: string, changes: Partial<Member> = {}): Member {
  return { id, endpoint: `192.0.2.1:${1000 + id.length}`, state: 'good', failures: 0, ...changes }
}

/** Bits of an id, worked out in another way than the page does. */
export function bits(id: string): string {
  return BigInt(`0x${id}`)
    .toString(2)
    .padStart(4 * id.length, '0')
}

/** Empty buckets around the own id: `depth` that part from it, and its own. */
export function emptyBuckets(own: string, depth: number): Bucket[] {
  const path = bits(own)
  const parting = Array.from({ length: depth }, (_, at) => {
    return path.slice(0, at) + (path[at] === '0' ? '1' : '0')
  })
  return [...parting, path.slice(0, depth)].map((prefix, index) => ({
    prefix,
    depth: prefix.length,
    width: 8,
    isOwn: index === depth,
    members: [],
    waiting: [],
  }))
}

export function overlay(own: string, depth: number): Overlay {
  return { family: 4, id: own, buckets: emptyBuckets(own, depth) }
}

export function status(queries = 0): Status {
  return {
    overlays: [],
    store: { keys: 0, peers: 0, listed: [], items: 0, itemBytes: 0, listedItems: [] },
    announcements: [],
    announcementCount: 0,
    traffic: {
      totals: { queriesSent: queries },
      received: { ping: queries },
      sent: { ping: 2 * queries },
      roundTrips: { bounds: [10], counts: [0, 0] },
      limits: [],
    },
    operations: 0,
  }
}

export function snapshot(own: string, depth = 3, at = 0): SnapshotMessage {
  return {
    kind: 'snapshot',
    at,
    network: 'dht256',
    idBits: 16,
    k: 8,
    alpha: 3,
    quietMs: 900_000,
    overlays: [overlay(own, depth)],
    status: status(),
    lookups: [],
  }
}
