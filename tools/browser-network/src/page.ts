// What runs in each page: a node behind a relay, and what the checks ask of it.

import {
  createNode,
  type DhtNode,
  DhtNodeError,
  dht256,
  type Endpoint,
  indexedDbStorage,
  mainline,
} from '@dht/node/portable'
import { RelayError, relayTransport } from '@dht/relay/transport'

export interface PageNode {
  readonly relay: string
  readonly secret: string
  readonly network: 'dht256' | 'mainline'
  readonly bootstrap: readonly Endpoint[]
  /** The name of the database of its state. */
  readonly state: string
}

/** What the checks call. Everything they get is plain data. */
export interface PageApi {
  /** @returns its id, or the code of the error */
  start(options: PageNode): Promise<{ readonly id: string } | { readonly code: string }>
  node(): DhtNode
  /** Kinds of the node's events so far that concern its transport. */
  readonly transportEvents: string[]
}

declare global {
  interface Window {
    dht: PageApi
  }
}

let running: DhtNode | undefined
const transportEvents: string[] = []

async function start({ relay, secret, network: name, bootstrap, state }: PageNode) {
  const network = name === 'mainline' ? mainline : dht256
  try {
    running = await createNode({
      network,
      transports: [() => relayTransport({ url: relay, secret, network })],
      bootstrap,
      state: indexedDbStorage(state),
      onWarning: false,
      onEvent: ({ kind }) => {
        if (kind.startsWith('transport-')) transportEvents.push(kind)
      },
    })
    return { id: running.id }
  } catch (error) {
    if (DhtNodeError.is(error) || RelayError.is(error)) return { code: error.code }
    throw error
  }
}

window.dht = {
  start,
  node: () => {
    if (running === undefined) throw new Error('no node runs in this page')
    return running
  },
  transportEvents,
}
