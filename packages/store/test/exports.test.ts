import * as store from '@dht/store'
import { expect, it } from 'vitest'

it('the package exports these names and no others', () => {
  expect(Object.keys(store).sort()).toEqual([
    'ITEM_STORE_DEFAULTS',
    'ItemStore',
    'PEER_STORE_DEFAULTS',
    'PeerStore',
    'StoreArgumentError',
    'StoreOptionError',
    'WRITE_TOKENS_DEFAULTS',
    'WRITE_TOKEN_BYTES',
    'WriteTokens',
    'resolveItemStoreOptions',
    'resolvePeerStoreOptions',
  ])
})
