// Who publishes what, from when until when: what lookups are to find. Entries are made through the
// announcements, which does nothing to them but to write them down.

import { type Id, idKey } from '@dht/id'
import { type Endpoint, formatEndpoint } from '@dht/krpc'
import type { Host } from '../host/host.ts'
import type { World } from '../world.ts'

export interface Announcement {
  readonly key: Id
  readonly publisher: Host
  readonly endpoint: Endpoint
  /** Instant at which it was entered, ms. */
  readonly since: number
  /** End of the first round in which anybody accepted it, ms; undefined: there was none so far. */
  storedSince: number | undefined
  /** Instant at which it was deleted, ms; undefined: it is published still. */
  until: number | undefined
}

export class Announcements {
  readonly #world: World
  readonly #entries = new Map<string, Announcement[]>()

  constructor(world: World) {
    this.#world = world
  }

  /** Every identity that somebody has entered. */
  get keys(): Id[] {
    return Array.from(this.#entries.values(), ([first]) => (first as Announcement).key)
  }

  /** Identities of which a lookup begun now must find somebody. */
  get storedKeys(): Id[] {
    return this.keys.filter((key) => this.expected(key).length > 0)
  }

  /** Has a node enter an identity, and keeps count of it. @param port - default: the node's own */
  enter(publisher: Host, key: Id, port: number = publisher.endpoint.port): Announcement {
    const { now } = this.#world
    const endpoint = { ...publisher.endpoint, port }
    const announcement: Announcement = {
      key,
      publisher,
      endpoint,
      since: now,
      storedSince: undefined,
      until: undefined,
    }
    this.#add(announcement)
    publisher.request(
      { kind: 'enter', target: key, port },
      {
        round: ({ accepted }) => {
          if (accepted.length > 0) announcement.storedSince ??= this.#world.now
        },
        settled: () => {},
      },
    )
    return announcement
  }

  /** Has a node withdraw what it entered. */
  delete(announcement: Announcement): void {
    announcement.until = this.#world.now
    announcement.publisher.execute({ kind: 'delete', target: announcement.key })
  }

  /** What a lookup of `key` begun now must find: entries that stand and whose publisher runs. */
  expected(key: Id): Announcement[] {
    const all = this.#entries.get(idKey(key)) ?? []
    return all.filter(({ storedSince, until, publisher }) => {
      return storedSince !== undefined && until === undefined && publisher.isAwake
    })
  }

  #add(announcement: Announcement): void {
    const name = idKey(announcement.key)
    const all = this.#entries.get(name) ?? []
    all.push(announcement)
    this.#entries.set(name, all)
  }
}

/** The entries that are not among `found`. */
export function missing(
  entries: readonly Announcement[],
  found: readonly Endpoint[],
): Announcement[] {
  const names = new Set(found.map(formatEndpoint))
  return entries.filter(({ endpoint }) => !names.has(formatEndpoint(endpoint)))
}
