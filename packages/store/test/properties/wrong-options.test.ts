// Wrong options and instants, as callers without types may pass them.

import { expectOptionsChecked, expectRefusal, wrongFor } from '@dht/testing/refusals'
import fc from 'fast-check'
import { it } from 'vitest'
import { PEER_STORE_DEFAULTS, PeerStore, WriteTokens } from '../../src/index.ts'
import { resolvePeerStoreOptions, resolveWriteTokensOptions } from '../../src/options.ts'
import { addressOf, peerOf, targetOf } from '../support/world.ts'

const random = (length: number): Uint8Array => new Uint8Array(length)

it('API-1: the error of a wrong option of a store has its name and value', () => {
  const names = Object.keys(PEER_STORE_DEFAULTS)
  const kinds = Object.fromEntries(names.map((name) => [name, 'number'] as const))
  expectOptionsChecked(kinds, resolvePeerStoreOptions)
})

it('API-1: the error of a wrong option of write tokens has its name and value', () => {
  const given = (options: object): unknown =>
    resolveWriteTokensOptions(
      typeof options === 'object' && options !== null ? { random, tag: 'x', ...options } : options,
    )
  expectOptionsChecked({ rotateMs: 'number' }, given)
  for (const value of ['x', null, 5]) {
    expectRefusal(() => given({ random: value }), { name: 'random', value })
  }
  for (const value of [5, null, random]) {
    expectRefusal(() => given({ tag: value }), { name: 'tag', value })
  }
})

it('API-1: an invalid instant is refused by every method that takes one', () => {
  const peer = peerOf(1)
  const [target, address] = [targetOf(1), addressOf(peer)]
  const instant = wrongFor('number').filter(
    (value) => typeof value !== 'number' || Number.isNaN(value),
  )
  fc.assert(
    fc.property(fc.oneof(instant, fc.constant(undefined)), (value) => {
      const now = value as never
      const store = new PeerStore(random)
      const tokens = new WriteTokens({ random, tag: 'x' })
      const calls = [
        () => store.put({ target, peer, sourcePort: 1 }, now),
        () => store.boundReached({ target, address }, now),
        () => store.withdraw({ target, address, sourcePort: 1 }, now),
        () => store.sample({ target, count: 1, size: 6 }, now),
        () => store.peers(target, now),
        () => store.expire(now),
        () => store.snapshot(now),
        () => tokens.issue('192.0.2.1', target, now),
        () => tokens.check(new Uint8Array(8), '192.0.2.1', target, now),
      ]
      for (const call of calls) expectRefusal(call, { name: 'now', value })
    }),
  )
})
