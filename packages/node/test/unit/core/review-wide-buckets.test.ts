// Buckets wider than a reply: contacts must leave room for the peers that were requested.

import { idFromBytes, randomId } from '@dht/id'
import { contact, endpoint } from '@dht/krpc'
import { seededRandom } from '@dht/testing'
import { expect, it } from 'vitest'
import { Bench } from '../../support/bench.ts'

const target = idFromBytes(new Uint8Array(32).fill(9))

it.each([
  { k: 8, contacts: 8, peers: 5 },
  { k: 20, contacts: 20, peers: 4 },
  { k: 64, contacts: 20, peers: 4 },
])('with k = $k a reply over IPv6 has $contacts contacts, and the $peers peers that fit', (row) => {
  const bench = new Bench({ core: { k: row.k }, locals: [endpoint('2001:db8::1', 3739)] })
  const random = seededRandom(1)
  const someone = (host: number): ReturnType<typeof contact> =>
    contact(randomId(32, random), endpoint(`2001:db8:${host.toString(16)}::1`, 4000))
  for (let host = 1; host <= 100; host++) bench.addMember(someone(host))
  for (let host = 1_000; host < 1_005; host++) bench.announceFrom(someone(host), target, 80)
  const put = { method: 'get_peers', target, readOnly: true } as const
  const reply = bench.queryFrom(bench.prove(someone(2_000)), put)
  expect(reply).toMatchObject({ kind: 'response', values: { length: row.peers } })
  expect(reply?.kind === 'response' && reply.nodes6?.length).toBe(row.contacts * 50)
})
