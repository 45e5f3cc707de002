// Twenty real nodes on loopback, of which one is watched. Each has an address of its own, because
// limits count by address. The watched one calls contacts questionable after seconds, so that they
// are seen to age.

import { createNode, type DhtNode } from '@dht/node'
import { observe } from '@dht/observatory'

const NODES = 20
const QUIET_MS = 4000

export interface WatchedNetwork extends AsyncDisposable {
  /** The address of the page, with the token. */
  readonly url: string
  readonly watched: DhtNode
  /** The others, in the order in which they joined. */
  readonly others: readonly DhtNode[]
  /** Ends the page, not the nodes. */
  closePage(): Promise<void>
}

export async function watchedNetwork(): Promise<WatchedNetwork> {
  const others: DhtNode[] = []
  for (let index = 1; index < NODES; index++) {
    const bootstrap = others.slice(0, 1).flatMap(({ endpoints }) => endpoints)
    others.push(await createNode({ ipv4: `127.0.1.${index}`, ipv6: false, port: 0, bootstrap }))
  }
  const bootstrap = (others[0] as DhtNode).endpoints
  const options = {
    ipv4: '127.0.1.100',
    ipv6: false,
    port: 0,
    bootstrap,
    quietMs: QUIET_MS,
  } as const
  const watched = await createNode(options)
  const observatory = await observe(watched)
  return {
    url: observatory.url,
    watched,
    others,
    closePage: () => observatory.close(),
    async [Symbol.asyncDispose]() {
      await observatory.close()
      await Promise.all([watched, ...others].map((node) => node.close()))
    },
  }
}
