import * as exported from '@dht/bittorrent-dht'
import { expect, it } from 'vitest'

it('the package exports these names and no others', () => {
  expect(Object.keys(exported).sort()).toEqual(['Client', 'DhtClientError', 'Server', 'default'])
})
