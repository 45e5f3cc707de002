import { describe, expect, it } from 'vitest'
import {
  LOOKUP_DEFAULTS,
  PUBLISH_DEFAULTS,
  SearchOptionError,
  SWEEP_DEFAULTS,
} from '../../src/index.ts'
import {
  resolveLookupOptions,
  resolvePublishOptions,
  resolveRegionLookupOptions,
} from '../../src/options.ts'

function thrownBy(act: () => unknown): unknown {
  try {
    act()
  } catch (error) {
    return error
  }
  return undefined
}

const thrownFor = (options: object): unknown => thrownBy(() => resolveLookupOptions(options))

describe('lookup options', () => {
  it('default to the exported values and to those that follow from k', () => {
    expect(resolveLookupOptions({})).toEqual({
      ...LOOKUP_DEFAULTS,
      finalRoundAlpha: LOOKUP_DEFAULTS.k,
      maxPerResponse: LOOKUP_DEFAULTS.k,
      addressOf: undefined,
      endpointOf: undefined,
    })
    const { finalRoundAlpha, maxPerResponse, shortlistSize } = resolveLookupOptions({ k: 200 })
    expect([finalRoundAlpha, maxPerResponse, shortlistSize]).toEqual([200, 200, 200])
    expect(resolveLookupOptions({ k: 2, alpha: 5 }).finalRoundAlpha).toBe(5)
  })

  it('keep what is given, frozen', () => {
    const addressOf = (): string => 'a'
    const options = {
      ...{ k: 3, alpha: 2, finalRoundAlpha: 4, maxQueries: 9, shortlistSize: 5, maxPerResponse: 6 },
      ...{ addressOf, maxPerAddress: 2, endpointOf: addressOf, contactsPerId: 4 },
    }
    const config = resolveLookupOptions(options)
    expect(config).toEqual(options)
    expect(Object.isFrozen(config)).toBe(true)
    expect(Object.isFrozen(LOOKUP_DEFAULTS)).toBe(true)
  })

  it('impossible values are refused with the name of the option', () => {
    for (const name of [
      'k',
      'alpha',
      'finalRoundAlpha',
      'maxQueries',
      'shortlistSize',
      'maxPerResponse',
      'maxPerAddress',
      'contactsPerId',
    ]) {
      for (const value of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '8']) {
        const error = thrownFor({ [name]: value })
        expect(SearchOptionError.is(error)).toBe(true)
        expect(String(error)).toContain(`${name}: expected`)
      }
      expect(thrownFor({ k: 1, alpha: 1, [name]: 1 })).toBe(undefined)
    }
    for (const name of ['addressOf', 'endpointOf']) {
      expect(String(thrownFor({ [name]: 'x' }))).toContain(`${name}: expected a function`)
    }
  })

  it('a finalRoundAlpha below alpha and a shortlistSize below k are refused', () => {
    expect(String(thrownFor({ alpha: 4, finalRoundAlpha: 3 }))).toContain('at least 4, got 3')
    expect(thrownFor({ alpha: 4, finalRoundAlpha: 4 })).toBe(undefined)
    expect(String(thrownFor({ k: 4, shortlistSize: 3 }))).toContain('at least 4, got 3')
    expect(thrownFor({ k: 4, shortlistSize: 4 })).toBe(undefined)
  })

  it('an unknown name is refused', () => {
    const said = String(thrownFor({ maxQuery: 1 }))
    expect(said).toContain('option: expected a known name, such as maxQueries,')
    expect(said).toContain(', got "maxQuery"')
  })
})

describe('options of a region lookup', () => {
  it('are those of a lookup and of a sweep', () => {
    const config = resolveRegionLookupOptions({ k: 3, alpha: 2 })
    expect(config).toEqual({
      ...{ lookup: { k: 3, alpha: 2 }, k: 3, maxQueries: LOOKUP_DEFAULTS.maxQueries },
      ...{ subnetOf: undefined, ...SWEEP_DEFAULTS },
    })
    const subnetOf = (): string => 'a'
    const given = resolveRegionLookupOptions({ subnetOf, maxPerSubnet: 1, maxSweepQueries: 9 })
    expect(given).toMatchObject({ subnetOf, maxPerSubnet: 1, maxSweepQueries: 9, lookup: {} })
    expect(Object.isFrozen(given) && Object.isFrozen(SWEEP_DEFAULTS)).toBe(true)
  })

  it('impossible values and unknown names are refused', () => {
    for (const options of [
      { maxPerSubnet: 0 },
      { maxSweepQueries: 1.5 },
      { subnetOf: 'x' },
      { x: 1 },
    ]) {
      const error = thrownBy(() => resolveRegionLookupOptions(options as object))
      expect(SearchOptionError.is(error)).toBe(true)
      expect(String(error)).toContain(Object.keys(options)[0])
    }
  })
})

describe('publish options', () => {
  it('default, are checked, and an unknown name is refused', () => {
    expect(resolvePublishOptions({})).toEqual(PUBLISH_DEFAULTS)
    expect(resolvePublishOptions({ k: 1 })).toEqual({ k: 1 })
    expect(Object.isFrozen(PUBLISH_DEFAULTS)).toBe(true)
    for (const options of [{ k: 0 }, { alpha: 3 }]) {
      expect(SearchOptionError.is(thrownBy(() => resolvePublishOptions(options)))).toBe(true)
    }
    expect(() => resolvePublishOptions({ k: 0 })).toThrow('k: expected a whole number')
  })
})
