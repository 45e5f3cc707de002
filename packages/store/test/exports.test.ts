import * as store from '@dht/store'
import { expect, it } from 'vitest'

it('the package exports what is on its guest list, and nothing else', () => {
  expect(Object.keys(store).sort()).toEqual([
    'PEER_STORE_DEFAULTS',
    'PeerStore',
    'StoreArgumentError',
    'StoreOptionError',
    'WRITE_TOKENS_DEFAULTS',
    'WRITE_TOKEN_BYTES',
    'WriteTokens',
    'resolvePeerStoreOptions',
  ])
})
