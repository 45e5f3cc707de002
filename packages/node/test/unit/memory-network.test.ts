// The network in memory that other tests use keeps the promises of the transport port.

import { TRANSPORT_PROMISES } from '@dht/krpc/conformance'
import { it } from 'vitest'
import { MemoryNetwork } from '../support/memory-network.ts'

it.each(TRANSPORT_PROMISES)('$says', ({ check }) => {
  const network = new MemoryNetwork()
  let port = 1_000
  return check({
    make: () => network.transport('10.0.0.1', ++port),
    settle: () => new Promise((resolve) => setTimeout(resolve, 10)),
  })
})
