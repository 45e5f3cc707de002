// Sends queries with forged sources to one node, so that the node sends its replies to hosts that
// have asked for nothing. The queries are as short as they can be, and their replies as long as the
// attacker finds any. The sources never answer, so they prove nothing.

import { type Id, randomId } from '@dht/id'
import { type Endpoint, encodeMessage, type Network as Protocol, type Query } from '@dht/krpc'
import type { Chance } from '../chance.ts'
import type { Host } from '../host/host.ts'
import { NO_EFFECTS, type Process } from '../host/process.ts'
import type { World } from '../world.ts'
import { type Adversary, type AdversaryInit, adversaryOf } from './adversary.ts'

/** What an attacker knows of a node whose replies it wants to be long. */
export interface Known {
  /** A key under which the node stores many peers. */
  readonly key: Id
  /** The target of a large item that the node stores; undefined: it stores none. */
  readonly item: Id | undefined
}

/** A short query with a long reply. */
export interface Reflected {
  readonly name: string
  /** The bytes of one such query. */
  bytes(chance: Chance): Uint8Array
}

const BOTH = { n4: true, n6: true } as const

/** The queries that an attacker tries, in each network those that it has. */
export function reflectedQueries(protocol: Protocol, { key, item }: Known): Reflected[] {
  const target = key
  const contents: readonly (readonly [name: string, content: object])[] = [
    ['ping', { method: 'ping' }],
    ['find_node', { method: 'find_node', target }],
    ['find_node of both families', { method: 'find_node', target, want: BOTH }],
    ['get_peers', { method: 'get_peers', target }],
    ['get_peers of both families', { method: 'get_peers', target, want: BOTH }],
    ['get_peers with filters', { method: 'get_peers', target, scrape: true }],
    [
      'get_peers with filters, both families',
      { method: 'get_peers', target, scrape: true, want: BOTH },
    ],
    ['sample_infohashes', { method: 'sample_infohashes', target }],
    ['sample_infohashes of both families', { method: 'sample_infohashes', target, want: BOTH }],
    ['get of an item', { method: 'get', target: item }],
    ['get of an item, both families', { method: 'get', target: item, want: BOTH }],
  ]
  const names: readonly string[] = protocol.methods.names
  const isKnown = (content: object): boolean => {
    const { method, target: asked, scrape } = content as Record<string, unknown>
    if (method === 'get' && asked === undefined) return false
    return names.includes(String(method)) && (scrape === undefined || names.includes('get'))
  }
  return [
    ...contents
      .filter(([, content]) => isKnown(content))
      .map(([name, content]) => ({
        name,
        bytes: (chance: Chance) => encodeMessage(queryOf(content, protocol, chance), protocol),
      })),
    { name: 'malformed', bytes: () => malformedQuery(protocol) },
  ]
}

/** A query with a transaction id of one byte, which is as short as a query can be. */
function queryOf(content: object, protocol: Protocol, chance: Chance): Query {
  const id = randomId(protocol.idLength, chance.source)
  const head = { kind: 'query', transactionId: chance.bytes(1), id, readOnly: false }
  return { ...head, ...content } as Query
}

/** A query without arguments, which is answered by an error message. */
function malformedQuery({ key }: Protocol): Uint8Array {
  const network = key === undefined ? '' : `1:n${key.length}:${key}`
  return Uint8Array.from(`d${network}1:q4:ping1:t1:x1:y1:qe`, (each) => each.charCodeAt(0))
}

export interface ReflectorOptions {
  readonly victim: Host
  /** Forged sources, in turn, each of a family of which the victim has an endpoint. */
  readonly sources: readonly Endpoint[]
  readonly perMinute: number
  readonly queries: readonly Reflected[]
}

const MINUTE_MS = 60_000

/** Sends queries from all sources at an even pace, for as long as it runs. */
export function reflector(options: ReflectorOptions): Adversary {
  const { victim, sources, perMinute, queries } = options

  class Reflector implements Process {
    readonly #world: World
    readonly #chance: Chance
    readonly #since: number
    #sent = 0

    constructor({ host, world, chance }: AdversaryInit) {
      this.#world = world
      this.#chance = chance
      this.#since = host.now
    }

    receive(): typeof NO_EFFECTS {
      return NO_EFFECTS
    }

    handleTimeout(now: number): typeof NO_EFFECTS {
      for (; this.nextTimeout() <= now; this.#sent++) {
        const { bytes } = queries[this.#sent % queries.length] as Reflected
        const from = sources[this.#sent % sources.length] as Endpoint
        const to = victim.local(from.family) as Endpoint
        this.#world.network.inject({ bytes: bytes(this.#chance), from, to })
      }
      return NO_EFFECTS
    }

    nextTimeout(): number {
      return this.#since + 1 + Math.floor((this.#sent * MINUTE_MS) / perMinute)
    }
  }

  const summary = 'sends short queries from forged sources, for long replies'
  return adversaryOf({ name: 'reflector', summary }, Reflector)
}
