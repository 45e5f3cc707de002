// Counts the bucket refreshes of one node, the queries that it sends, and its buckets.

import type { Host } from '../host/host.ts'
import type { World } from '../world.ts'
import type { WorldEvent } from '../world-event.ts'

const HOUR_MS = 3_600_000

export interface RefreshCount {
  readonly perHour: number
  /** In the hour with most. */
  readonly worstHour: number
  /** Queries sent per hour, checks included. */
  readonly queries: number
  /** Buckets now. */
  readonly buckets: number
}

export class RefreshMeter {
  readonly #world: World
  readonly #host: Host
  readonly #end: () => void
  #since: number
  /** Refreshes in each hour. */
  #refreshes = new Map<number, number>()
  #queries = 0

  /** Counts from now on. */
  constructor(world: World, host: Host) {
    this.#world = world
    this.#host = host
    this.#since = world.now
    this.#queries = this.#sent
    host.core?.watch(true)
    this.#end = world.watch((event) => this.#onEvent(event))
  }

  /** Returns what was counted, and begins anew. */
  take(): RefreshCount {
    const hours = Math.max(1, this.#world.now - this.#since) / HOUR_MS
    const all = [...this.#refreshes.values()]
    const [overlay] = this.#host.core?.info(this.#host.now).overlays ?? []
    const count = {
      perHour: all.reduce((sum, each) => sum + each, 0) / hours,
      worstHour: Math.max(0, ...all),
      queries: (this.#sent - this.#queries) / hours,
      buckets: overlay?.buckets.length ?? 0,
    }
    this.#since = this.#world.now
    this.#refreshes = new Map()
    this.#queries = this.#sent
    return count
  }

  end(): void {
    this.#end()
  }

  get #sent(): number {
    return this.#host.core?.info(this.#host.now).counters.queriesSent ?? 0
  }

  #onEvent(event: WorldEvent): void {
    if (!('effects' in event) || event.host !== this.#host.number) return
    for (const effect of event.effects) {
      if (effect.kind !== 'trace' || effect.event.kind !== 'refreshing') continue
      const hour = Math.floor((this.#world.now - this.#since) / HOUR_MS)
      this.#refreshes.set(hour, (this.#refreshes.get(hour) ?? 0) + 1)
    }
  }
}
