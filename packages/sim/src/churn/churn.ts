// Churn with a constant number of nodes: whenever one node leaves, another one comes, on a new host
// or on one that left before.

import type { Chance } from '../chance.ts'
import { argumentError } from '../errors.ts'
import type { Host } from '../host/host.ts'
import type { HostOptions } from '../host/host-options.ts'
import type { World } from '../world.ts'
import { residualOf, type Sessions } from './sessions.ts'

export interface ChurnOptions {
  /** How long a node stays. */
  readonly session: Sessions
  /** Share of leaving nodes that crash; the others close. Default 1. */
  readonly crashes?: number
  /** Share of coming nodes that run on a host that left before, with its disk. Default 0. */
  readonly returns?: number
  /** Time from the end of one node to the start of the next. Default: 1 ms. */
  readonly gap?: Sessions
  /** Number of nodes that a new node bootstraps from. Default 1. */
  readonly through?: number
  /** Hosts that never leave. */
  readonly staying?: readonly Host[]
  /** Options of new hosts. */
  readonly host?: HostOptions
  /** Called with each host that came, after its node has started. */
  readonly came?: (host: Host) => void
  /** Called with each host that is about to leave. */
  readonly leaves?: (host: Host) => void
}

export class Churn {
  /** How many nodes have come, and how many have left. */
  came = 0
  left = 0
  readonly #world: World
  readonly #options: ChurnOptions
  readonly #chance: Chance
  readonly #away: Host[] = []
  #isOver = false

  /** Starts with the nodes that run now, which are in the middle of their sessions. */
  constructor(world: World, options: ChurnOptions) {
    for (const name of ['crashes', 'returns'] as const) {
      const { [name]: share = 0 } = options
      const isShare = typeof share === 'number' && share >= 0 && share <= 1
      if (!isShare) throw argumentError(name, 'a share from 0 to 1', share)
    }
    this.#world = world
    this.#options = options
    this.#chance = world.chance.branch('churn', world.now)
    const staying = new Set(options.staying)
    const rest = residualOf(options.session)
    for (const host of world.honest) {
      if (staying.has(host)) continue
      this.#stay(host, rest(this.#chance))
    }
  }

  /** Ends the churn. */
  stop(): void {
    this.#isOver = true
  }

  #stay(host: Host, forMs: number): void {
    this.#world.at(this.#world.now + forMs, () => this.#leave(host))
  }

  #leave(host: Host): void {
    if (this.#isOver) return
    const { crashes = 1, gap, leaves } = this.#options
    if (host.isAwake) {
      leaves?.(host)
      this.left++
      if (this.#chance.happens(crashes)) host.crash()
      else host.close()
      this.#away.push(host)
    }
    const afterMs = gap === undefined ? 1 : gap(this.#chance)
    this.#world.at(this.#world.now + afterMs, () => this.#come())
  }

  #come(): void {
    if (this.#isOver) return
    const { returns = 0, through = 1, session, came } = this.#options
    const bootstrap = this.#world.someEndpoints(through, this.#chance)
    const host = this.#chance.happens(returns) ? this.#formerHost() : undefined
    const comer = host ?? this.#world.addHost(this.#options.host)
    comer.start({ bootstrap })
    this.came++
    came?.(comer)
    this.#stay(comer, session(this.#chance))
  }

  /** A random host that left before; undefined: there is none, or it runs again. */
  #formerHost(): Host | undefined {
    if (this.#away.length === 0) return undefined
    const index = this.#chance.below(this.#away.length)
    const last = this.#away.pop() as Host
    const host = this.#away[index] ?? last
    if (index < this.#away.length) this.#away[index] = last
    return host.process === undefined ? host : undefined
  }
}
