import { expect, it } from 'vitest'
import {
  ROUTING_TABLE_DEFAULTS,
  RoutingTable,
  RoutingTableOptionError,
  resolveRoutingTableOptions,
} from '../../src/index.ts'
import { id } from '../support/world.ts'

it('completes options with the defaults; the cache is as large as k', () => {
  expect(resolveRoutingTableOptions({})).toEqual({
    k: 8,
    widths: [],
    maxBuckets: 33,
    cacheSize: 8,
    badAfter: 2,
    questionableAfterMs: 900_000,
    refreshAfterMs: 900_000,
    checkIntervalMs: 1_000,
    checkTimeoutMs: 30_000,
    addressOf: undefined,
    admission: undefined,
    limits: [],
  })
  expect(resolveRoutingTableOptions({ k: 20 }).cacheSize).toBe(20)
  expect(resolveRoutingTableOptions({ cacheSize: 0 }).cacheSize).toBe(0)
})

it('the config and the defaults are frozen, the widths a copy', () => {
  const widths = [16]
  const config = resolveRoutingTableOptions({ widths })
  widths[0] = 1
  expect(config.widths).toEqual([16])
  for (const frozen of [config, config.widths, ROUTING_TABLE_DEFAULTS]) {
    expect(Object.isFrozen(frozen)).toBe(true)
  }
})

it.each([
  [{ k: 0 }, 'k: expected '],
  [{ maxBuckets: 0 }, 'maxBuckets: expected '],
  [{ k: 1.5 }, 'k: expected '],
  [{ k: 8, widths: [16, 7] }, 'widths[1]: expected '],
  [{ cacheSize: -1 }, 'cacheSize: expected '],
  [{ badAfter: 0 }, 'badAfter: expected '],
  [{ questionableAfterMs: 0 }, 'questionableAfterMs: expected '],
  [{ refreshAfterMs: 0 }, 'refreshAfterMs: expected '],
  [{ refreshAfterMs: Infinity }, 'refreshAfterMs: expected'],
  [{ checkIntervalMs: -1 }, 'checkIntervalMs: expected '],
  [{ checkTimeoutMs: 999 }, 'checkTimeoutMs: expected '],
  [{ checkIntervalMs: 0, checkTimeoutMs: 0 }, 'checkTimeoutMs: expected '],
  [{ K: 8 }, 'option: expected '],
])('refuses %j', (options, message) => {
  expect(() => new RoutingTable(id(0), options as object)).toThrow(
    expect.objectContaining({
      code: 'ERR_DHT_ROUTING_TABLE_OPTION',
      message: expect.stringContaining(message),
    }),
  )
  try {
    resolveRoutingTableOptions(options as object)
  } catch (error) {
    expect(RoutingTableOptionError.is(error)).toBe(true)
  }
})

it('accepts every bound itself', () => {
  const least = {
    k: 1,
    widths: [1],
    cacheSize: 0,
    badAfter: 1,
    questionableAfterMs: 1,
    refreshAfterMs: 1,
    checkIntervalMs: 0,
    checkTimeoutMs: 1,
  }
  expect(resolveRoutingTableOptions(least)).toMatchObject(least)
})
