// Our node as a user gets it: createNode, UDP, every limit and check on.

import { dht256, mainline } from '@dht/krpc'
import { createNode } from '@dht/node'
import { initOf, serve, usage } from '../serve.ts'
import type { Mark, NetworkName, ServerRequest } from './protocol.ts'

const { id, network } = initOf<{ readonly id: string; readonly network: NetworkName }>()
const node = await createNode({
  id,
  network: network === 'mainline' ? mainline : dht256,
  port: 0,
  ipv4: '127.0.0.1',
  ipv6: false,
  bootstrap: [],
  // On, but above what one core can answer: the default of 16 MiB/s is 60,000 find_node replies.
  replyBytesPerSecond: 64 * 1024 * 1024,
})

serve<ServerRequest>({ port: node.endpoints[0]?.port ?? 0 }, async (request) => {
  switch (request.kind) {
    case 'mark': {
      const { datagramsSent, queriesSent, queriesLimited: limited } = node.info().counters
      return { ...usage(), replies: datagramsSent - queriesSent, limited } satisfies Mark
    }
    case 'meet':
      for (const place of request.places) await node.ping(place)
      return undefined
    case 'contacts':
      return node.info().overlays[0]?.contacts.good
    default:
      return undefined
  }
})
