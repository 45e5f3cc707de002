// Announces its own endpoints under given keys, at all nodes that may hold them, so that lookups
// return these endpoints in place of those of the publishers. It renews them and takes every place
// that becomes free.

import { closest, type Id } from '@dht/id'
import type { Endpoint } from '@dht/krpc'
import { type Adversary, type AdversaryInit, adversaryOf } from './adversary.ts'
import { AttackClient } from './attack-client.ts'

export interface PoisonerOptions {
  readonly keys: readonly Id[]
  /** Endpoints of one address under a key, each with another port. Default 1. */
  readonly peersPerAddress?: number
  /** Nodes nearest to a key at which it announces. Default 64: eight times those that store it. */
  readonly reach?: number
  /** Time between two rounds, ms. Default 5 min. */
  readonly everyMs?: number
}

const FIRST_PORT = 10_000
/** The attackers do not all begin in one instant: they spread over this time, ms. */
const START_MS = 10_000

export function poisoner(options: PoisonerOptions): Adversary {
  const { keys, peersPerAddress = 1, reach = 64, everyMs = 300_000 } = options

  class Poisoner extends AttackClient {
    #roundAt: number

    constructor(init: AdversaryInit) {
      super(init)
      this.#roundAt = init.host.now + init.chance.below(START_MS)
    }

    override act(now: number): void {
      if (now < this.#roundAt) return
      this.#roundAt = now + everyMs
      const victims = this.victims()
      for (const key of keys) {
        for (const { endpoint } of closest(victims, key, reach)) this.#poison(key, endpoint)
      }
    }

    #poison(key: Id, to: Endpoint): void {
      this.ask(to, { method: 'get_peers', target: key }, (reply) => {
        if (reply.kind !== 'response' || reply.token === undefined) return
        const { token } = reply
        for (let i = 0; i < peersPerAddress; i++) {
          this.ask(to, { method: 'announce_peer', target: key, token, port: FIRST_PORT + i })
        }
      })
    }
  }

  const summary = 'announces its own endpoints under the keys of others'
  return adversaryOf({ name: 'poisoner', summary }, Poisoner)
}
