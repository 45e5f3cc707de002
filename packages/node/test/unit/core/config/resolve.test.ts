import { dht256, mainline } from '@dht/krpc'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CoreOptions } from '../../../../src/core/config/core-options.ts'
import { CORE_DEFAULTS, contactLimits } from '../../../../src/core/config/defaults.ts'
import { longestRoundMs, resolveCoreOptions } from '../../../../src/core/config/resolve.ts'
import { nobleCrypto } from '../../../../src/core/items/noble-crypto.ts'
import { builtInMethods } from '../../../../src/core/methods/index.ts'
import { DhtNodeError } from '../../../../src/errors.ts'

/** The error that these options cause. */
function trouble(options: object): DhtNodeError {
  try {
    resolveCoreOptions(options as CoreOptions)
  } catch (error) {
    if (DhtNodeError.is(error)) return error
    throw error
  }
  throw new Error('these options were taken')
}

it('fills in the defaults and freezes the result', () => {
  const config = resolveCoreOptions({ network: mainline, k: 20 })
  const republish = { republishMs: 900_000, republishJitterMs: 60_000, reviewMs: 150_000 }
  const ofMainline = {
    network: mainline,
    methods: builtInMethods(mainline),
    ...contactLimits(mainline),
  }
  expect(config).toEqual({ ...CORE_DEFAULTS, ...republish, ...ofMainline, k: 20 })
  expect(Object.isFrozen(config)).toBe(true)
})

it('has these defaults', () => {
  expect(CORE_DEFAULTS).toEqual({
    network: dht256,
    methods: builtInMethods(dht256),
    k: 8,
    alpha: 3,
    bucketWidths: [128, 64, 32, ...Array<number>(17).fill(16)],
    contactsPerAddressInBucket: 3,
    contactsPerAddress: 4,
    contactsPerSubnetInBucket: 3,
    contactsPerSubnet: 4,
    quietMs: 900_000,
    peerLifetimeMs: 3_600_000,
    republishMs: 1_800_000,
    republishJitterMs: 120_000,
    reviewMs: 300_000,
    retryMs: 30_000,
    retryMaxMs: 300_000,
    giveUpMs: 4_000,
    maxTimeoutMs: 2_000,
    firstTimeoutMs: 500,
    minTimeoutMs: 25,
    lookupDeadlineMs: 60_000,
    paceWaitMs: 10_000,
    maxRounds: 32,
    maxAnnouncements: 10_000,
    maxOperations: 1_024,
    maxTransactions: 16_384,
    tokenRotateMs: 300_000,
    peersPerReply: { 4: 50, 6: 25 },
    queriesPerSource: 1_000,
    sourceWindowMs: 10_000,
    maxSources: 65_536,
    replyBytesPerSecond: 16_777_216,
    checksPerSecond: 4,
    checkBurst: 32,
    refreshSpacingMs: 5_000,
    rejoinMs: 1_000,
    rejoinMaxMs: 300_000,
    maxPeers: 200_000,
    maxPeersPerKey: 500,
    maxPeersPerSource: 2_000,
    maxPeersPerSourceAndKey: 32,
    maxKeys: 20_000,
    subnetShare: 1 / 8,
    itemLifetimeMs: 7_200_000,
    maxItems: 8_192,
    maxItemBytes: 8_716_288,
    maxItemsPerSource: 256,
    signatureChecksPerSecond: 200,
    crypto: nobleCrypto,
    trustedSubnets: [],
    enforceSecureIds: false,
    readOnly: 'auto',
    readOnlyAfterMs: 1_200_000,
  })
  expect(Object.isFrozen(CORE_DEFAULTS.peersPerReply)).toBe(true)
})

it.each([
  'contactsPerAddressInBucket',
  'contactsPerAddress',
  'contactsPerSubnetInBucket',
  'contactsPerSubnet',
  'republishJitterMs',
] as const)('%s may be 0', (name) => {
  expect(resolveCoreOptions({ [name]: 0 })[name]).toBe(0)
})

it('a network with one node per address has one contact per address and bucket', () => {
  expect(resolveCoreOptions({ network: mainline })).toMatchObject({
    contactsPerAddressInBucket: 1,
    contactsPerAddress: 1,
    contactsPerSubnetInBucket: 1,
    contactsPerSubnet: 1,
  })
})

it('times and rates may be fractions', () => {
  const options = { retryMs: 0.5, checksPerSecond: 0.25 }
  expect(resolveCoreOptions(options)).toMatchObject(options)
})

it('the longest round is a lookup, its last query and a write, of which both wait', () => {
  const config = { ...CORE_DEFAULTS, lookupDeadlineMs: 60, giveUpMs: 5, paceWaitMs: 7 }
  expect(longestRoundMs(config)).toBe(84)
})

describe('timeouts that are not given follow those that are', () => {
  it.each([
    [{ giveUpMs: 300 }, { maxTimeoutMs: 150, firstTimeoutMs: 150, minTimeoutMs: 25 }],
    [{ giveUpMs: 20 }, { maxTimeoutMs: 10, firstTimeoutMs: 10, minTimeoutMs: 10 }],
    [{ giveUpMs: 60_000 }, { maxTimeoutMs: 2_000, firstTimeoutMs: 500, minTimeoutMs: 25 }],
    [{ maxTimeoutMs: 400 }, { giveUpMs: 4_000, firstTimeoutMs: 400, minTimeoutMs: 25 }],
    [{ minTimeoutMs: 700 }, { firstTimeoutMs: 700, maxTimeoutMs: 2_000 }],
    [{ firstTimeoutMs: 5 }, { minTimeoutMs: 5, maxTimeoutMs: 2_000 }],
    [{ giveUpMs: 300, maxTimeoutMs: 300 }, { firstTimeoutMs: 300 }],
  ])('%j', (options, rest) => {
    expect(resolveCoreOptions(options)).toMatchObject({ ...options, ...rest })
  })

  it.each([
    [{ giveUpMs: 300, maxTimeoutMs: 301 }, 'maxTimeoutMs: expected '],
    [{ maxTimeoutMs: 20, minTimeoutMs: 30 }, 'minTimeoutMs: expected '],
    [{ firstTimeoutMs: 2_001 }, 'firstTimeoutMs: expected '],
  ])('timeouts that contradict each other are refused: %j', (options, message) => {
    const error = trouble(options)
    expect(error.code).toBe('ERR_DHT_NODE_ARGUMENT')
    expect(error.message).toContain(message)
  })
})

it('treats undefined as an option that is left out', () => {
  // @ts-expect-error: not allowed by the types, but callers without types do it
  expect(resolveCoreOptions({ k: undefined })).toEqual(CORE_DEFAULTS)
})

describe('refuses', () => {
  it.each<object>([
    { bukcets: 1 },
    { toString: 1 },
    { k: '8' },
    { k: 0 },
    { k: 2.5 },
    { k: Number.NaN },
    { alpha: 1.5 },
    { alpha: -1 },
    { maxTransactions: Number.POSITIVE_INFINITY },
    { maxRounds: 0.5 },
    { retryMs: 0 },
    { quietMs: Number.POSITIVE_INFINITY },
    { bucketWidths: 8 },
    { bucketWidths: { length: 1 } },
    { bucketWidths: [0] },
    { bucketWidths: [8.5] },
    { peersPerReply: { 4: 50 } },
    { peersPerReply: { 4: 0, 6: 1 } },
    { network: null },
    { readOnly: 1 },
    { readOnly: 'yes' },
    { enforceSecureIds: 1 },
    { enforceSecureIds: true },
    { trustedSubnets: '10.0.0.0/8' },
    { trustedSubnets: ['10.0.0.0'] },
    { trustedSubnets: ['10.0.0.0/33'] },
    { trustedSubnets: ['example.org/8'] },
    { trustedSubnets: [8] },
  ])('%j', (options) => {
    const error = trouble(options)
    expect(error.code).toBe('ERR_DHT_NODE_ARGUMENT')
    const [name] = Object.keys(options)
    expect(error.message).toContain(name === 'bukcets' || name === 'toString' ? 'option' : name)
  })
})

it('by default as many queries may be open as all operations and rounds can have open', () => {
  const { maxTransactions, maxOperations, maxRounds, k, alpha } = CORE_DEFAULTS
  const atOnce = (maxOperations + maxRounds) * Math.max(k, alpha)
  expect(maxTransactions).toBeGreaterThan(atOnce)
})

describe('PUB-8: an announcement is renewed before it expires', () => {
  it('with the default number of announcements, at 5.5 s a round', () => {
    const { maxAnnouncements, maxRounds, republishMs } = CORE_DEFAULTS
    expect((maxAnnouncements / maxRounds) * 5_500).toBeLessThanOrEqual(republishMs)
  })

  it('otherwise the options are refused', () => {
    const { republishMs, republishJitterMs } = CORE_DEFAULTS
    const renewedWithin = republishMs + republishJitterMs + longestRoundMs(CORE_DEFAULTS)
    expect(renewedWithin).toBeLessThan(CORE_DEFAULTS.peerLifetimeMs)
    const { lookupDeadlineMs } = CORE_DEFAULTS
    const given = { republishMs, republishJitterMs, lookupDeadlineMs }
    const message = trouble({ ...given, peerLifetimeMs: renewedWithin }).message
    expect(message).toContain('peerLifetimeMs')
    expect(message).toContain('lookupDeadlineMs + 2 × (paceWaitMs + giveUpMs)')
    expect(resolveCoreOptions({ ...given, peerLifetimeMs: renewedWithin + 1 })).toBeDefined()
  })

  it('with room for three retries of a round that failed', () => {
    const { retryMs, retryMaxMs, peerLifetimeMs, republishMs, republishJitterMs } = CORE_DEFAULTS
    let at = republishMs + republishJitterMs + longestRoundMs(CORE_DEFAULTS)
    for (const retry of [0, 1, 2]) {
      at += Math.min(retryMs * 2 ** retry, retryMaxMs) + longestRoundMs(CORE_DEFAULTS)
    }
    expect(at).toBeLessThan(peerLifetimeMs)
  })
})

describe('PUB-10: with a lifetime alone the schedule follows', () => {
  it('two minutes', () => {
    expect(resolveCoreOptions({ peerLifetimeMs: 120_000 })).toMatchObject({
      peerLifetimeMs: 120_000,
      republishMs: 60_000,
      republishJitterMs: 4_000,
      reviewMs: 10_000,
      retryMs: 1_000,
      retryMaxMs: 10_000,
      lookupDeadlineMs: 15_000,
      paceWaitMs: 3_000,
    })
  })

  it.each([dht256, mainline])('in $name, for every lifetime from a minute on', (network) => {
    const anyLifetime = fc.integer({ min: 60_000, max: 48 * 3_600_000 })
    fc.assert(
      fc.property(anyLifetime, (peerLifetimeMs) => {
        const config = resolveCoreOptions({ network, peerLifetimeMs })
        expect(config.republishMs).toBe(Math.min(network.republishMs, peerLifetimeMs / 2))
        expect(config.lookupDeadlineMs).toBeLessThanOrEqual(peerLifetimeMs / 8)
        expect(config.republishJitterMs).toBeLessThanOrEqual(config.republishMs / 15)
        expect(config.retryMaxMs).toBeLessThan(config.republishMs)
      }),
    )
  })

  it('given values are used unchanged', () => {
    const given = {
      peerLifetimeMs: 200_000,
      republishMs: 50_000,
      republishJitterMs: 10,
      retryMs: 20,
      retryMaxMs: 30,
      lookupDeadlineMs: 40_000,
    }
    expect(resolveCoreOptions(given)).toMatchObject(given)
  })

  it('a given interval alone gives a proportional jitter', () => {
    expect(resolveCoreOptions({ republishMs: 60_000 }).republishJitterMs).toBe(4_000)
  })

  it.each([
    { peerLifetimeMs: 20_000 },
    { peerLifetimeMs: 120_000, republishMs: 110_000 },
    { peerLifetimeMs: 120_000, lookupDeadlineMs: 60_000 },
    { republishMs: 60_000, republishJitterMs: 60_000 },
  ])('%j is impossible and refused', (options) => {
    const error = trouble(options)
    expect(error.code).toBe('ERR_DHT_NODE_ARGUMENT')
    expect(error.message).toMatch(/republishJitterMs/)
  })
})
