// The node of this page: a whole node behind the relay of the server, told in the same messages as
// the node of the program. Loaded only when it is wanted, since it is larger than the page.

import { createNode, type DhtNode, dht256, indexedDbStorage, mainline } from '@dht/node/portable'
import { relayClient } from '@dht/relay/transport'
import { NodeFeed } from '../../src/node/node-feed.ts'
import { NodeRequests } from '../../src/node/node-requests.ts'
import type { Batch, RelayOffer } from '../../src/protocol.ts'

/** As the server does: time from one batch to the next, and from one view to the next, ms. */
const BATCH_MS = 100
const VIEW_MS = 500

/** Nobody else pays for what a page asks of its own node. */
const ALLOWED = { lookupsPerMinute: Number.POSITIVE_INFINITY, write: true, relay: false }

const NETWORKS = { dht256, mainline }

export interface PageNode {
  readonly requests: NodeRequests
  /** Ends the node, its state kept. Never rejects. */
  close(): Promise<void>
}

/**
 * Resolves when the node has its UDP port.
 *
 * @param show - gets the messages about the node, the whole node first
 * @throws {DhtNodeError} `ERR_DHT_NODE_STATE_IN_USE` while another tab has the node of this origin
 * @throws {RelayError} when the relay refuses this page, or is gone
 */
export async function startPageNode(
  offer: RelayOffer,
  show: (batch: Batch) => void,
): Promise<PageNode> {
  const node = await nodeBehind(offer)
  const feed = new NodeFeed(node, () => performance.now())
  const requests = new NodeRequests(node, feed)
  feed.start()
  show(feed.beginning(feed.view(), ALLOWED, Date.now()))
  let nextViewAt = 0
  const timer = setInterval(() => {
    const now = performance.now()
    const told = feed.take()
    if (now < nextViewAt) {
      if (told.length > 0) show(told)
      return
    }
    nextViewAt = now + VIEW_MS
    const batch = [...told, ...feed.changes(feed.view())]
    if (batch.length > 0) show(batch)
  }, BATCH_MS)
  return {
    requests,
    async close() {
      clearInterval(timer)
      requests.close()
      await node.close()
      show(feed.close())
    },
  }
}

function nodeBehind({ path, secret, network: name, families }: RelayOffer): Promise<DhtNode> {
  if (!Object.hasOwn(NETWORKS, name)) throw new Error(`this page knows no network ${name}`)
  const network = NETWORKS[name as keyof typeof NETWORKS]
  const url = `ws://${location.host}${path}`
  const relays = families.map((family) => relayClient({ url, secret, network, family }))
  return createNode({
    network,
    transports: relays.map(({ transport }) => transport),
    discovery: relays.map(({ discovery }) => discovery),
    // One state for each network: a second tab is refused.
    state: indexedDbStorage(`dht-observatory-${name}`),
    // They come as events.
    onWarning: false,
  })
}
