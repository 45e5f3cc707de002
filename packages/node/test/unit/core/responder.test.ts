import { idFromBytes } from '@dht/id'
import { expect, it } from 'vitest'
import { Bench } from '../../support/bench.ts'

const target = idFromBytes(new Uint8Array(32).fill(0x55))

it('who holds a token for a place that somebody else has taken is told that there is no room', () => {
  const bench = new Bench({ core: { maxPeers: 1 } })
  const askers = bench.strangers(2)
  const tokens = askers.map((who) => {
    const reply = bench.asks(who, { method: 'get_peers', target })
    return reply?.kind === 'response' ? reply.token!.slice() : new Uint8Array(1)
  })
  const replies = askers.map((who, i) => {
    const token = tokens[i]!
    const put = { method: 'announce_peer', target, port: 80, impliedPort: false, token } as const
    return bench.asks(who, put)
  })
  expect(replies).toMatchObject([
    { kind: 'response' },
    { kind: 'error', code: 202, text: 'No room' },
  ])
  expect(bench.info.store).toEqual({ keys: 1, peers: 1 })
})
