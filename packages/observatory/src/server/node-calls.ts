// Takes what a page asks of the node out of HTTP requests, within the limits of this server.

import type { IncomingMessage } from 'node:http'
import { performance } from 'node:perf_hooks'
import { MinuteBudget } from '@dht/node/core'
import * as v from 'valibot'
import { messageOf, type NodeRequests } from '../node/node-requests.ts'
import type {
  DeleteRequest,
  Done,
  EnterRequest,
  LookupReply,
  LookupRequest,
  PutRequest,
} from '../protocol.ts'
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
  readonly #requests: NodeRequests
  readonly #allowWrites: boolean
  readonly #lookups = new MinuteBudget(LOOKUPS_PER_MINUTE)
  readonly #writes = new MinuteBudget(WRITES_PER_MINUTE)

  constructor(requests: NodeRequests, allowWrites: boolean) {
    this.#requests = requests
    this.#allowWrites = allowWrites
  }

  async lookup(request: IncomingMessage): Promise<LookupReply> {
    const wanted = await readBody(request, lookupSchema)
    this.#charge(this.#lookups)
    return this.#refusing(() => this.#requests.lookup(wanted))
  }

  async enter(request: IncomingMessage): Promise<Done> {
    return this.#write(request, enterSchema, (wanted) => this.#requests.enter(wanted))
  }

  async delete(request: IncomingMessage): Promise<Done> {
    return this.#write(request, deleteSchema, (wanted) => this.#requests.delete(wanted))
  }

  async put(request: IncomingMessage): Promise<Done> {
    return this.#write(request, putSchema, (wanted) => this.#requests.put(wanted))
  }

  async #write<T>(
    request: IncomingMessage,
    schema: v.GenericSchema<unknown, T>,
    write: (wanted: T) => Done | Promise<Done>,
  ): Promise<Done> {
    if (!this.#allowWrites) {
      throw new RefusedRequest('forbidden', 'this program allows no writes (--allow-writes)')
    }
    const wanted = await readBody(request, schema)
    this.#charge(this.#writes)
    return this.#refusing(() => write(wanted))
  }

  #charge(budget: MinuteBudget): void {
    const waitMs = budget.take(performance.now())
    if (waitMs === 0) return
    throw new RefusedRequest('too-many', 'too many in this minute', Math.ceil(waitMs / 1_000))
  }

  /** What the node refuses is refused: an id of another width, or a node that is closed. */
  async #refusing<T>(call: () => T | Promise<T>): Promise<T> {
    try {
      return await call()
    } catch (thrown) {
      throw new RefusedRequest('argument', messageOf(thrown))
    }
  }
}
