// The promises of a transport, checked on the one through a relay. A relay passes messages of a DHT
// alone, and the checks send any bytes, so here the relay does not look at them.

import { TRANSPORT_PROMISES } from '@dht/krpc/conformance'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { WebSocket } from 'ws'
import { relayTransport } from '../../src/client/relay-transport.ts'
import { resolveRelayOptions } from '../../src/server/options.ts'
import { Relay } from '../../src/server/relay.ts'
import { LOCAL, pass } from '../support/lab.ts'

describe.each([4, 6] as const)('the transport through a relay, IPv%i', (family) => {
  const relay = new Relay(resolveRelayOptions(LOCAL), () => true)
  beforeAll(() => relay.start())
  afterAll(() => relay.close())

  it.each(TRANSPORT_PROMISES)('$says', ({ check }) =>
    check({
      make: () => relayTransport({ url: relay.url!, family, webSocket: WebSocket }),
      settle: () => pass(150),
    }),
  )
})
