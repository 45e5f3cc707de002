// Sends queries in the name of a victim to the nodes that the victim knows, with the victim's
// endpoint as their forged source and with its id. The nodes then limit the victim, and the victim
// receives replies to queries that it has never sent.

import { randomId } from '@dht/id'
import { type Endpoint, encodeMessage, type Query } from '@dht/krpc'
import type { Host } from '../host/host.ts'
import { NO_EFFECTS, type Process } from '../host/process.ts'
import type { World } from '../world.ts'
import { type Adversary, type AdversaryInit, adversaryOf } from './adversary.ts'

export interface ForgerOptions {
  readonly victim: Host
  /** Forged queries to each node per second, on average. Default 200. */
  readonly perSecond?: number
  /**
   * Time between two bursts, ms: a node that counts queries in windows of time then has none left
   * for the victim from the start of a window on. Default 100.
   */
  readonly burstMs?: number
}

export function forger({ victim, perSecond = 200, burstMs = 100 }: ForgerOptions): Adversary {
  class Forger implements Process {
    readonly #world: World
    readonly #chance: AdversaryInit['chance']
    readonly #targets = new Map<string, Endpoint>()
    #actAt: number

    constructor({ host, world, chance }: AdversaryInit) {
      this.#world = world
      this.#chance = chance
      this.#actAt = host.now + 1
    }

    receive(): typeof NO_EFFECTS {
      return NO_EFFECTS
    }

    handleTimeout(now: number): typeof NO_EFFECTS {
      if (now < this.#actAt) return NO_EFFECTS
      this.#actAt = now + burstMs
      const count = Math.round((perSecond * burstMs) / 1_000)
      for (const to of this.#known()) for (let i = 0; i < count; i++) this.#forge(to)
      return NO_EFFECTS
    }

    nextTimeout(): number {
      return this.#actAt
    }

    /** All that were members of the victim's table, which an attacker learns by asking it. */
    #known(): Iterable<Endpoint> {
      for (const { endpoint, endpointKey } of victim.core?.state().contacts ?? []) {
        this.#targets.set(endpointKey, endpoint)
      }
      return this.#targets.values()
    }

    #forge(to: Endpoint): void {
      const { protocol, network } = this.#world
      const query: Query = {
        kind: 'query',
        transactionId: this.#chance.bytes(2),
        id: victim.node.id,
        readOnly: false,
        method: 'find_node',
        target: randomId(protocol.idLength, this.#chance.source),
      }
      network.inject({ bytes: encodeMessage(query, protocol), from: victim.endpoint, to })
    }
  }

  const summary = 'sends queries in the name of a victim to the nodes that it knows'
  return adversaryOf({ name: 'forger', summary }, Forger)
}
