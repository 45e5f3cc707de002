import * as search from '@dht/search'
import { expect, it } from 'vitest'

it('the package exports these names and no others', () => {
  expect(Object.keys(search).sort()).toEqual([
    'LOOKUP_DEFAULTS',
    'Lookup',
    'PUBLISH_DEFAULTS',
    'Publish',
    'RegionLookup',
    'SWEEP_DEFAULTS',
    'SearchIdError',
    'SearchOptionError',
    'distanceShare',
    'sumTallies',
  ])
})
