// What users of a simulated Mainline do: each client announces torrents as long as it runs, and now
// and then looks one up that it does not have. A few torrents are popular.

import type { Id } from '@dht/id'
import type { Chance } from '../chance.ts'
import type { Host } from '../host/host.ts'
import type { Announcement } from '../oracle/announcements.ts'
import type { Oracle } from '../oracle/oracle.ts'
import type { World } from '../world.ts'

/** Clients of one torrent, on average. */
const CLIENTS_PER_TORRENT = 5

export class MainlineLoad {
  readonly #world: World
  readonly #oracle: Oracle
  readonly #hosts: readonly Host[]
  readonly #torrents: readonly Id[]
  readonly #chance: Chance
  readonly #announced: Announcement[] = []

  /** @param count - number of announcements of all hosts together */
  constructor(
    { world, oracle }: { readonly world: World; readonly oracle: Oracle },
    hosts: readonly Host[],
    count: number,
  ) {
    this.#world = world
    this.#oracle = oracle
    this.#hosts = hosts
    this.#chance = world.chance.branch('mainline', 'load')
    const torrents = Math.max(1, Math.ceil(count / CLIENTS_PER_TORRENT))
    this.#torrents = Array.from({ length: torrents }, () => {
      return oracle.anyId(this.#chance, world.protocol.idLength)
    })
  }

  get announced(): readonly Announcement[] {
    return this.#announced
  }

  /** Plans announcements by random hosts, at random instants. */
  planAnnouncements(count: number, withinMs: number): void {
    for (let i = 0; i < count; i++) this.#soon(withinMs, () => this.#announce())
  }

  /**
   * Plans lookups by random hosts, at random instants, of torrents that are stored then. The label
   * of each is the number of their peers.
   */
  planLookups(count: number, withinMs: number): void {
    for (let i = 0; i < count; i++) this.#soon(withinMs, () => this.#lookUp())
  }

  #soon(withinMs: number, act: () => void): void {
    this.#world.at(this.#world.now + this.#chance.below(withinMs + 1), act)
  }

  #announce(): void {
    const host = this.#chance.pick(this.#hosts)
    const { announcements } = this.#oracle
    // The square makes the first ranks popular: one torrent of a hundred has a tenth of the peers.
    const rank = Math.floor(this.#chance.unit() ** 2 * this.#torrents.length)
    const torrent = this.#torrents[rank] as Id
    if (!this.#has(host, torrent)) this.#announced.push(announcements.announce(host, torrent))
  }

  #lookUp(): void {
    const host = this.#chance.pick(this.#hosts)
    const { key, storedSince } = this.#chance.pick(this.#announced)
    // Some store has it since then, and a client that has the torrent would find itself.
    if (storedSince === undefined || this.#has(host, key)) return
    const { announcements, log } = this.#oracle
    const label = String(announcements.expected(key).length)
    log.lookup(host, key, { expected: [], label })
  }

  #has(host: Host, torrent: Id): boolean {
    const of = this.#oracle.announcements.under(torrent)
    return of.some(({ publisher }) => publisher === host)
  }
}
