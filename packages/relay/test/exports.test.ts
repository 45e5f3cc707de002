import * as relay from '@dht/relay'
import * as client from '@dht/relay/transport'
import { expect, it } from 'vitest'

it('the package exports these names and no others', () => {
  expect(Object.keys(relay).sort()).toEqual(['RELAY_DEFAULTS', 'RelayError', 'startRelay'])
})

it('@dht/relay/transport exports these names', () => {
  expect(Object.keys(client).sort()).toEqual(['RelayError', 'relayClient', 'relayTransport'])
  expect(client.RelayError).toBe(relay.RelayError)
})
