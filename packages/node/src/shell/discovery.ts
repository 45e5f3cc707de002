// Runs the sources of nodes that the user gave (`discovery`). Sources may be wrong or hostile: what
// they find is checked, bounded and counted, and their errors become warnings.

import type { Endpoint } from '@dht/krpc'
import { MinuteBudget } from '../core/minute-budget.ts'
import {
  type DiscoveryHost,
  type DiscoveryInfo,
  type DiscoverySource,
  MAX_FOUND_PER_MINUTE,
} from '../ports/discovery.ts'
import type { Warn } from '../warnings.ts'
import { type EndpointLike, toEndpoint } from './arguments.ts'

/** How long the end of a node waits for its sources, ms: ours. */
const CLOSE_MS = 2_000

export interface DiscoveryParts {
  readonly sources: readonly DiscoverySource[]
  readonly now: () => number
  readonly warn: Warn
  /** @returns whether it is the endpoint of another node that can be queried */
  readonly isUsable: (endpoint: Endpoint) => boolean
  readonly found: (endpoint: Endpoint) => void
}

interface Running {
  readonly source: DiscoverySource
  readonly budget: MinuteBudget
  believed: number
  dropped: number
  refused: number
}

export class Discovery {
  readonly #parts: DiscoveryParts
  readonly #running: readonly Running[]
  #isClosed = false

  constructor(parts: DiscoveryParts) {
    this.#parts = parts
    this.#running = parts.sources.map((source) => {
      const budget = new MinuteBudget(MAX_FOUND_PER_MINUTE)
      return { source, budget, believed: 0, dropped: 0, refused: 0 }
    })
  }

  /** Starts every source. Never throws. */
  start(node: Pick<DiscoveryHost, 'id' | 'network' | 'endpoints'>): void {
    for (const running of this.#running) {
      const { source } = running
      const host: DiscoveryHost = Object.freeze({
        ...node,
        found: (endpoint: EndpointLike) => this.#found(running, endpoint),
        warn: (message: string, cause?: unknown) => {
          if (!this.#isClosed) this.#warn(source, message, cause)
        },
      })
      void this.#guarded(source, 'start', () => source.start(host))
    }
  }

  info(): readonly DiscoveryInfo[] {
    return this.#running.map(({ source: { name }, believed, dropped, refused }) => {
      return { name, believed, dropped, refused }
    })
  }

  /** Closes every source. Never rejects; resolves after {@link CLOSE_MS} at the latest. */
  async close(): Promise<void> {
    this.#isClosed = true
    if (this.#running.length === 0) return
    const closed = this.#running.map(({ source }) => {
      return this.#guarded(source, 'close', () => source.close())
    })
    await atMost(CLOSE_MS, Promise.all(closed))
  }

  #found(running: Running, told: EndpointLike): void {
    if (this.#isClosed) return
    const endpoint = usableEndpoint(told)
    if (endpoint === undefined || !this.#parts.isUsable(endpoint)) {
      running.refused++
      return
    }
    if (running.budget.take(this.#parts.now()) > 0) {
      running.dropped++
      const limit = `more than ${MAX_FOUND_PER_MINUTE} endpoints in a minute`
      this.#warn(running.source, `${limit}; further ones are dropped`)
      return
    }
    running.believed++
    this.#parts.found(endpoint)
  }

  async #guarded(
    source: DiscoverySource,
    what: string,
    call: () => void | Promise<void>,
  ): Promise<void> {
    try {
      await call()
    } catch (cause) {
      this.#warn(source, `${what} failed`, cause)
    }
  }

  #warn({ name }: DiscoverySource, message: string, cause?: unknown): void {
    this.#parts.warn('DHT_DISCOVERY', `discovery ${name}: ${message}`, cause)
  }
}

/** @returns undefined for what is no endpoint of one node */
function usableEndpoint(told: EndpointLike): Endpoint | undefined {
  try {
    return toEndpoint(told)
  } catch {
    return undefined
  }
}

function atMost(ms: number, work: Promise<unknown>): Promise<void> {
  return new Promise((resolve) => {
    // The machine's timer: a clock that the user gave may stand still.
    const timer = setTimeout(resolve, ms)
    void work.then(() => {
      clearTimeout(timer)
      resolve()
    })
  })
}
