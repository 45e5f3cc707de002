import { idFromBytes } from '@dht/id'
import { endpoint } from '@dht/krpc'
import { expect, it } from 'vitest'
import { Bench, home } from '../../../support/bench.ts'

const target = idFromBytes(new Uint8Array(32).fill(0x55))

it('announce_peer with a valid token gets an error when the store has become full', () => {
  const bench = new Bench({ core: { maxPeers: 1 } })
  const askers = bench.newContacts(2)
  const tokens = askers.map((who) => {
    const reply = bench.queryFrom(who, { method: 'get_peers', target })
    return reply?.kind === 'response' ? reply.token!.slice() : new Uint8Array(1)
  })
  const replies = askers.map((who, i) => {
    const token = tokens[i]!
    const put = { method: 'announce_peer', target, port: 80, impliedPort: false, token } as const
    return bench.queryFrom(who, put)
  })
  expect(replies).toMatchObject([
    { kind: 'response' },
    { kind: 'error', code: 202, text: 'No room: the store is full (maxPeers)' },
  ])
  expect(bench.info.store).toEqual({ keys: 1, peers: 1 })
})

it.each([
  { want: undefined, families: [4] },
  { want: { n4: true, n6: false }, families: [4] },
  { want: { n4: false, n6: true }, families: [6] },
  { want: { n4: true, n6: true }, families: [4, 6] },
])('BEP 32: over IPv4, with want $want, returns contacts of $families', ({ want, families }) => {
  const bench = new Bench({ locals: [home, endpoint('2001:db8::1', 3739)] })
  const [four, six] = [endpoint('20.9.9.9', 1), endpoint('2001:db8:1::1', 1)]
  for (const place of [four, six]) bench.addMember(bench.newContact({ endpoint: place }))
  const reply = bench.queryFrom(bench.newContact(), {
    method: 'find_node',
    target,
    ...(want !== undefined && { want }),
  })
  const given = reply?.kind === 'response' ? [reply.nodes, reply.nodes6] : []
  expect(given.flatMap((nodes, i) => (nodes?.length ? [i === 0 ? 4 : 6] : []))).toEqual(families)
})
