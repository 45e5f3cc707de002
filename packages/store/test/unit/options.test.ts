import { describe, expect, it } from 'vitest'
import { StoreOptionError } from '../../src/errors.ts'
import { MAX_BOUND } from '../../src/option-checks.ts'
import {
  PEER_STORE_DEFAULTS,
  type PeerStoreOptions,
  resolvePeerStoreOptions,
  resolveWriteTokensOptions,
  WRITE_TOKENS_DEFAULTS,
} from '../../src/options.ts'

const random = (length: number): Uint8Array => new Uint8Array(length)

function errorOf(run: () => unknown): StoreOptionError {
  try {
    run()
  } catch (error) {
    if (StoreOptionError.is(error)) return error
  }
  throw new Error('expected a StoreOptionError')
}

describe('resolvePeerStoreOptions', () => {
  it('returns the defaults, frozen', () => {
    const config = resolvePeerStoreOptions()
    expect(config).toEqual({
      lifetimeMs: 3_600_000,
      maxKeys: 20_000,
      maxPeersPerKey: 500,
      maxPeersPerSource: 2_000,
      maxPeersPerSourceAndKey: 32,
      maxPeers: 200_000,
      subnetShare: 1 / 8,
    })
    expect(config).toEqual(PEER_STORE_DEFAULTS)
    expect(Object.isFrozen(config)).toBe(true)
    expect(Object.isFrozen(PEER_STORE_DEFAULTS)).toBe(true)
  })

  it('takes given values, and the default for undefined', () => {
    const given = { lifetimeMs: 0.5, maxKeys: undefined, maxPeers: MAX_BOUND } as unknown
    expect(resolvePeerStoreOptions(given as PeerStoreOptions)).toEqual({
      ...PEER_STORE_DEFAULTS,
      lifetimeMs: 0.5,
      maxPeers: MAX_BOUND,
    })
  })

  it('refuses an unknown name', () => {
    const error = errorOf(() => resolvePeerStoreOptions({ maxPeer: 1 } as PeerStoreOptions))
    expect(error.option).toBe('option')
    expect(error.message).toContain('expected a known name, such as maxPeers,')
    expect(error.message).toContain('got "maxPeer"')
  })

  const bounds = [
    'maxKeys',
    'maxPeersPerKey',
    'maxPeersPerSource',
    'maxPeersPerSourceAndKey',
    'maxPeers',
  ] as const
  const unusable = [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, MAX_BOUND + 1]
  it.each(bounds)('refuses a %s that is not a whole number in range', (name) => {
    for (const value of unusable) {
      const error = errorOf(() => resolvePeerStoreOptions({ [name]: value }))
      expect(error.option).toBe(name)
      expect(error.message).toContain('expected a whole number from 1 to 16777216')
      expect(error.message).toContain(`got ${value}`)
    }
    expect(resolvePeerStoreOptions({ [name]: 1 })[name]).toBe(1)
  })

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('refuses a lifetime of %d ms', (value) => {
    const error = errorOf(() => resolvePeerStoreOptions({ lifetimeMs: value }))
    expect(error.message).toBe(
      `lifetimeMs: expected a positive number of milliseconds, got ${value}`,
    )
  })
})

describe('resolveWriteTokensOptions', () => {
  it('returns five minutes by default, frozen', () => {
    const config = resolveWriteTokensOptions({ random, tag: 'dht256' })
    expect(config).toEqual({ random, tag: 'dht256', rotateMs: 300_000 })
    expect(Object.isFrozen(config)).toBe(true)
    expect(WRITE_TOKENS_DEFAULTS).toEqual({ rotateMs: 300_000 })
    expect(Object.isFrozen(WRITE_TOKENS_DEFAULTS)).toBe(true)
  })

  it('accepts a time and refuses one that is not positive', () => {
    expect(resolveWriteTokensOptions({ random, tag: '', rotateMs: 0.5 }).rotateMs).toBe(0.5)
    expect(errorOf(() => resolveWriteTokensOptions({ random, tag: '', rotateMs: 0 })).option).toBe(
      'rotateMs',
    )
  })

  it('refuses an unknown name', () => {
    const options = { random, tag: '', rotate: 5 }
    const error = errorOf(() => resolveWriteTokensOptions(options))
    expect(error.option).toBe('option')
    expect(error.message).toContain('random or tag or rotateMs')
  })
})
