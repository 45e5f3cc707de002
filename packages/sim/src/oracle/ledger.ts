// Who publishes what, from when until when: what lookups are to find. Entries are made through the
// ledger, which does nothing to them but to write them down.

import { type Id, idKey } from '@dht/id'
import { type Endpoint, formatEndpoint } from '@dht/krpc'
import type { Host } from '../host/host.ts'
import type { World } from '../world.ts'

export interface Entry {
  readonly key: Id
  readonly publisher: Host
  readonly endpoint: Endpoint
  /** Instant at which it was entered, ms. */
  readonly since: number
  /** End of the first round in which anybody accepted it, ms; undefined: there was none so far. */
  standsSince: number | undefined
  /** Instant at which it was deleted, ms; undefined: it is published still. */
  until: number | undefined
}

export class Ledger {
  readonly #world: World
  readonly #entries = new Map<string, Entry[]>()

  constructor(world: World) {
    this.#world = world
  }

  /** Every identity that somebody has entered. */
  get keys(): Id[] {
    return Array.from(this.#entries.values(), ([first]) => (first as Entry).key)
  }

  /** Identities of which a lookup begun now must find somebody. */
  get standing(): Id[] {
    return this.keys.filter((key) => this.expected(key).length > 0)
  }

  /** Has a node enter an identity, and keeps count of it. @param port - default: the node's own */
  enter(publisher: Host, key: Id, port: number = publisher.endpoint.port): Entry {
    const { now } = this.#world
    const endpoint = { ...publisher.endpoint, port }
    const entry: Entry = {
      key,
      publisher,
      endpoint,
      since: now,
      standsSince: undefined,
      until: undefined,
    }
    this.#add(entry)
    publisher.request(
      { kind: 'enter', target: key, port },
      {
        round: ({ accepted }) => {
          if (accepted.length > 0) entry.standsSince ??= this.#world.now
        },
        settled: () => {},
      },
    )
    return entry
  }

  /** Has a node withdraw what it entered. */
  delete(entry: Entry): void {
    entry.until = this.#world.now
    entry.publisher.begin({ kind: 'delete', target: entry.key })
  }

  /** What a lookup of `key` begun now must find: entries that stand and whose publisher runs. */
  expected(key: Id): Entry[] {
    const all = this.#entries.get(idKey(key)) ?? []
    return all.filter(({ standsSince, until, publisher }) => {
      return standsSince !== undefined && until === undefined && publisher.isAwake
    })
  }

  #add(entry: Entry): void {
    const name = idKey(entry.key)
    const all = this.#entries.get(name) ?? []
    all.push(entry)
    this.#entries.set(name, all)
  }
}

/** The entries that are not among `found`. */
export function missing(entries: readonly Entry[], found: readonly Endpoint[]): Entry[] {
  const names = new Set(found.map(formatEndpoint))
  return entries.filter(({ endpoint }) => !names.has(formatEndpoint(endpoint)))
}
