// What hosts publish, and from when until when, so that it is known what lookups must find.
// Announcements are started through this class, which records them and does not influence them.

import { type Id, idKey } from '@dht/id'
import { type Endpoint, formatEndpoint } from '@dht/krpc'
import type { Host } from '../host/host.ts'
import type { World } from '../world.ts'

export interface Announcement {
  readonly key: Id
  readonly publisher: Host
  readonly endpoint: Endpoint
  /** Instant at which it was started, ms. */
  readonly since: number
  /** End of the first round in which a node accepted it, ms; undefined: there was none so far. */
  storedSince: number | undefined
  /** Instant at which it was deleted, ms; undefined: it was not. */
  until: number | undefined
}

export class Announcements {
  readonly #world: World
  readonly #byKey = new Map<string, Announcement[]>()

  constructor(world: World) {
    this.#world = world
  }

  /** All identities that were announced. */
  get keys(): Id[] {
    return Array.from(this.#byKey.values(), ([first]) => (first as Announcement).key)
  }

  /** The identities for which a lookup that starts now must find a peer. */
  get storedKeys(): Id[] {
    return this.keys.filter((key) => this.expected(key).length > 0)
  }

  /** All announcements of `key`, oldest first. */
  under(key: Id): readonly Announcement[] {
    return this.#byKey.get(idKey(key)) ?? []
  }

  /** Starts an announcement and records it. @param port - default: the host's own */
  announce(publisher: Host, key: Id, port: number = publisher.endpoint.port): Announcement {
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

  /** Ends an announcement. */
  delete(announcement: Announcement): void {
    announcement.until = this.#world.now
    announcement.publisher.execute({ kind: 'delete', target: announcement.key })
  }

  /**
   * What a lookup of `key` that starts now must find: announcements that were stored and whose
   * publisher runs.
   */
  expected(key: Id): Announcement[] {
    return this.under(key).filter(({ storedSince, until, publisher }) => {
      return storedSince !== undefined && until === undefined && publisher.isAwake
    })
  }

  #add(announcement: Announcement): void {
    const name = idKey(announcement.key)
    const all = this.#byKey.get(name) ?? []
    all.push(announcement)
    this.#byKey.set(name, all)
  }
}

/** The announcements whose endpoint is not in `found`. */
export function missing(
  announcements: readonly Announcement[],
  found: readonly Endpoint[],
): Announcement[] {
  const names = new Set(found.map(formatEndpoint))
  return announcements.filter(({ endpoint }) => !names.has(formatEndpoint(endpoint)))
}
