import * as search from '@dht/search'
import { expect, it } from 'vitest'

it('the package exports what is on its guest list, and nothing else', () => {
  expect(Object.keys(search).sort()).toEqual([
    'LOOKUP_DEFAULTS',
    'Lookup',
    'PUBLISH_DEFAULTS',
    'Publish',
    'SearchIdError',
    'SearchOptionError',
  ])
})
