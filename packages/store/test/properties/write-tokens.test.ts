// Laws of write tokens. The comparison with an ideal authenticator is in test/model.

import { anyRandom } from '@dht/testing'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { WriteTokens } from '../../src/index.ts'
import { targetOf } from '../support/world.ts'

const ROTATE_MS = 300_000

it('TOKEN-2: a token is refused when it is older than one rotation and at most two', () => {
  const start = fc.integer({ min: -10 * ROTATE_MS, max: 10 * ROTATE_MS })
  fc.assert(
    fc.property(anyRandom(), start, (random, issuedAt) => {
      const tokens = new WriteTokens({ random, tag: 'dht256' })
      const token = tokens.issue('1.2.3.4', targetOf(0), issuedAt)
      const isTaken = (age: number) => tokens.check(token, '1.2.3.4', targetOf(0), issuedAt + age)
      const left = ROTATE_MS - (((issuedAt % ROTATE_MS) + ROTATE_MS) % ROTATE_MS)
      expect(isTaken(ROTATE_MS)).toBe(true)
      expect(isTaken(ROTATE_MS + left - 1)).toBe(true)
      expect(isTaken(ROTATE_MS + left)).toBe(false)
      expect(isTaken(2 * ROTATE_MS)).toBe(false)
      // Also when no token was used in the epoch between.
      const asleep = new WriteTokens({ random, tag: 'dht256' })
      const old = asleep.issue('1.2.3.4', targetOf(0), issuedAt)
      const wokenAt = issuedAt + ROTATE_MS + left
      expect(asleep.check(old, '1.2.3.4', targetOf(0), wokenAt)).toBe(false)
    }),
  )
})

it('TOKEN-5: no bytes that were not issued are accepted', () => {
  const guess = fc.uint8Array({ maxLength: 64, size: 'max' })
  fc.assert(
    fc.property(anyRandom(), guess, fc.nat(), (random, bytes, now) => {
      const tokens = new WriteTokens({ random, tag: 'dht256' })
      tokens.issue('1.2.3.4', targetOf(0), now)
      expect(tokens.check(bytes, '1.2.3.4', targetOf(0), now)).toBe(false)
    }),
  )
})
