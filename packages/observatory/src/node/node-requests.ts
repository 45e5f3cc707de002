// What a page may ask of a node, beside watching it. The results of lookups come in the messages.

import { encodeValue, formatEndpoint } from '@dht/krpc'
import type { LookupResult } from '@dht/node/portable'
import { cleanText } from '../messages/clean-text.ts'
import { peerOf, roundMs } from '../messages/peer-text.ts'
import type {
  DeleteRequest,
  Done,
  EnterRequest,
  LookupReply,
  LookupRequest,
  LookupResultMessage,
  PutRequest,
} from '../protocol.ts'
import type { NodeFeed } from './node-feed.ts'
import type { ObservableNode } from './observable-node.ts'

/** Each request throws what the node throws: for an id of another width, or when it is closed. */
export class NodeRequests {
  readonly #node: ObservableNode
  readonly #feed: NodeFeed
  readonly #closing = new AbortController()
  #requests = 0

  constructor(node: ObservableNode, feed: NodeFeed) {
    this.#node = node
    this.#feed = feed
  }

  lookup({ target, mode }: LookupRequest): LookupReply {
    const { signal } = this.#closing
    const asked =
      mode === 'closest'
        ? this.#node.closest(target, { signal })
        : this.#node.lookup(target, { signal })
    const request = ++this.#requests
    void this.#tellResult({ request, target: target.toLowerCase() }, asked)
    return { request }
  }

  enter({ id, port }: EnterRequest): Done {
    this.#node.enter(id, port)
    return { id: id.toLowerCase() }
  }

  delete({ id }: DeleteRequest): Done {
    this.#node.delete(id)
    return { id: id.toLowerCase() }
  }

  async put(request: PutRequest): Promise<Done> {
    const value = new TextEncoder().encode(request.value)
    this.#node.put({ value })
    return { id: await sha1(new Uint8Array(encodeValue(value))) }
  }

  /** Ends the lookups that are under way. */
  close(): void {
    this.#closing.abort()
  }

  async #tellResult(
    head: Pick<LookupResultMessage, 'request' | 'target'>,
    asked: PromiseLike<LookupResult>,
  ): Promise<void> {
    const message = await asked.then(resultOf, failureOf)
    this.#feed.lookupResult({ kind: 'lookup-result', at: this.#feed.now(), ...head, ...message })
  }
}

export function messageOf(thrown: unknown): string {
  return cleanText(thrown instanceof Error ? thrown.message : 'the node failed')
}

type Told = Omit<LookupResultMessage, 'kind' | 'at' | 'request' | 'target'>

function resultOf({ endpoints, closest, ...rest }: LookupResult): Told {
  return {
    endpoints: endpoints.map(formatEndpoint),
    closest: closest.map(peerOf),
    complete: rest.complete,
    incompleteReasons: rest.incompleteReasons,
    durationMs: roundMs(rest.durationMs),
  }
}

function failureOf(thrown: unknown): Told {
  const none = { endpoints: [], closest: [], complete: false, incompleteReasons: [], durationMs: 0 }
  return { ...none, error: messageOf(thrown) }
}

/** The id of an immutable item (BEP 44), in hex. */
async function sha1(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-1', bytes))
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
