// Tokens against an ideal authenticator: the set of what was issued, when, and to whom.

import type { Id } from '@dht/id'
import { anyRandom, timeAdvance } from '@dht/testing'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { WriteTokens } from '../../src/index.ts'
import { targetOf } from '../support/world.ts'

const ROTATE_MS = 300_000

interface Issued {
  readonly token: Uint8Array
  readonly address: string
  readonly target: Id
  readonly epoch: number
}

const who = fc.record({
  address: fc.constantFrom('1.2.3.4', '1.2.3.5', '::1'),
  target: fc.nat({ max: 2 }).map(targetOf),
})
const advance = fc.oneof(timeAdvance(), fc.constantFrom(ROTATE_MS - 1, ROTATE_MS, -1, -ROTATE_MS))
const step = fc.record({ byMs: advance, who })

it('TOKEN-1, TOKEN-2, TOKEN-3, TOKEN-5: accepted iff issued to its bearer of late', () => {
  fc.assert(
    fc.property(anyRandom(), fc.array(step, { maxLength: 20 }), (random, steps) => {
      const tokens = new WriteTokens({ random, tag: 'dht256' })
      const issued: Issued[] = []
      let now = 0
      let latest = Number.NEGATIVE_INFINITY
      for (const { byMs, who } of steps) {
        now += byMs
        latest = Math.max(latest, now)
        const epoch = Math.floor(latest / ROTATE_MS)
        for (const { token, ...owner } of issued) {
          const isOwner = owner.address === who.address && owner.target[0] === who.target[0]
          const isFresh = epoch - owner.epoch <= 1
          expect(tokens.check(token, who.address, who.target, now)).toBe(isOwner && isFresh)
        }
        issued.push({ ...who, epoch, token: tokens.issue(who.address, who.target, now) })
      }
    }),
  )
})

it('TOKEN-2: the age at rejection is above one rotation and at most two', () => {
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
    }),
  )
})

it('TOKEN-5: no bytes that were not issued are accepted', () => {
  const guess = fc.uint8Array({ maxLength: 64 })
  fc.assert(
    fc.property(anyRandom(), guess, fc.nat(), (random, bytes, now) => {
      const tokens = new WriteTokens({ random, tag: 'dht256' })
      tokens.issue('1.2.3.4', targetOf(0), now)
      expect(tokens.check(bytes, '1.2.3.4', targetOf(0), now)).toBe(false)
    }),
  )
})
