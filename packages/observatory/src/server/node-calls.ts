// What a page may ask of the node, beside watching it.

import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { performance } from 'node:perf_hooks'
import { encodeValue, formatEndpoint } from '@dht/krpc'
import type { LookupResult } from '@dht/node'
import * as v from 'valibot'
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
import { MinuteBudget } from './minute-budget.ts'
import type { NodeWatch } from './node-watch.ts'
import type { ObservableNode } from './observable-node.ts'
import { readBody } from './read-body.ts'
import { RefusedRequest } from './reply.ts'

/** Lookups that may be started in a minute. */
export const LOOKUPS_PER_MINUTE = 10
/** Announcements and items, and their ends, in a minute: ours. */
const WRITES_PER_MINUTE = 30
/** Longest value of an item, bytes: below the limit of BEP 44, with room for its encoding. */
const MAX_VALUE = 900

const hex = v.pipe(v.string(), v.regex(/^[0-9a-f]{2,128}$/i))

const lookupSchema = v.strictObject({
  target: hex,
  mode: v.exactOptional(v.picklist(['peers', 'closest']), 'peers'),
}) satisfies v.GenericSchema<LookupRequest, unknown>

const enterSchema: v.GenericSchema<unknown, EnterRequest> = v.strictObject({
  id: hex,
  port: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535)),
})

const deleteSchema: v.GenericSchema<unknown, DeleteRequest> = v.strictObject({ id: hex })

const putSchema: v.GenericSchema<unknown, PutRequest> = v.strictObject({
  value: v.pipe(v.string(), v.maxBytes(MAX_VALUE)),
})

export class NodeCalls {
  readonly #node: ObservableNode
  readonly #watch: NodeWatch
  readonly #allowWrites: boolean
  readonly #lookups = new MinuteBudget(LOOKUPS_PER_MINUTE)
  readonly #writes = new MinuteBudget(WRITES_PER_MINUTE)
  readonly #closing = new AbortController()
  #requests = 0

  constructor(node: ObservableNode, watch: NodeWatch, allowWrites: boolean) {
    this.#node = node
    this.#watch = watch
    this.#allowWrites = allowWrites
  }

  async lookup(request: IncomingMessage): Promise<LookupReply> {
    const { target, mode } = await readBody(request, lookupSchema)
    this.#charge(this.#lookups)
    const { signal } = this.#closing
    const asked = this.#refusing(() => {
      return mode === 'closest'
        ? this.#node.closest(target, { signal })
        : this.#node.lookup(target, { signal })
    })
    const number = ++this.#requests
    void this.#tellResult({ request: number, target: target.toLowerCase() }, asked)
    return { request: number }
  }

  async enter(request: IncomingMessage): Promise<Done> {
    this.#demandWrites()
    const { id, port } = await readBody(request, enterSchema)
    this.#charge(this.#writes)
    this.#refusing(() => this.#node.enter(id, port))
    return { id: id.toLowerCase() }
  }

  async delete(request: IncomingMessage): Promise<Done> {
    this.#demandWrites()
    const { id } = await readBody(request, deleteSchema)
    this.#charge(this.#writes)
    this.#refusing(() => this.#node.delete(id))
    return { id: id.toLowerCase() }
  }

  async put(request: IncomingMessage): Promise<Done> {
    this.#demandWrites()
    const bytes = Buffer.from((await readBody(request, putSchema)).value, 'utf8')
    const value = new Uint8Array(bytes)
    this.#charge(this.#writes)
    this.#refusing(() => this.#node.put({ value }))
    return { id: createHash('sha1').update(encodeValue(value)).digest('hex') }
  }

  /** Ends the lookups that are under way. */
  close(): void {
    this.#closing.abort()
  }

  #demandWrites(): void {
    if (this.#allowWrites) return
    throw new RefusedRequest('forbidden', 'this program allows no writes (--allow-writes)')
  }

  #charge(budget: MinuteBudget): void {
    const waitMs = budget.take(performance.now())
    if (waitMs === 0) return
    throw new RefusedRequest('too-many', 'too many in this minute', Math.ceil(waitMs / 1_000))
  }

  /** What the node refuses is refused: an id of another width, or a node that is closed. */
  #refusing<T>(call: () => T): T {
    try {
      return call()
    } catch (thrown) {
      throw new RefusedRequest('argument', messageOf(thrown))
    }
  }

  async #tellResult(
    head: Pick<LookupResultMessage, 'request' | 'target'>,
    asked: PromiseLike<LookupResult>,
  ): Promise<void> {
    const message = await asked.then(resultOf, failureOf)
    this.#watch.lookupResult({ kind: 'lookup-result', at: this.#watch.now(), ...head, ...message })
  }
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

function messageOf(thrown: unknown): string {
  return cleanText(thrown instanceof Error ? thrown.message : 'the node failed')
}
