// One of the addresses of a host that fills the stores of all nodes: it announces under new keys as
// fast as the nodes answer, until they give it no more tokens, and renews what it has stored.

import { type Id, randomId } from '@dht/id'
import type { Endpoint } from '@dht/krpc'
import { type Adversary, adversaryOf } from './adversary.ts'
import { AttackClient } from './attack-client.ts'

export interface StoreFillerOptions {
  /** Keys that one address announces to one node in a second. Default 40. */
  readonly perSecond?: number
  /** Time after which it begins with its first key again, ms. Default 30 min. */
  readonly renewMs?: number
}

/** What an address knows of one node. */
interface Filled {
  /** Number of the next key. */
  next: number
  /** The node has refused: one attempt at this instant, ms, and many again if it succeeds. */
  retryAt: number | undefined
  /** When it began with the first key, ms. */
  since: number
}

/** Time until a node that refuses is tried again, ms. */
const RETRY_MS = 5_000

export function storeFiller(options: StoreFillerOptions = {}): Adversary {
  const { perSecond = 40, renewMs = 1_800_000 } = options

  class StoreFiller extends AttackClient {
    readonly #keys: Id[] = []
    readonly #nodes = new Map<string, Filled>()

    override act(now: number): void {
      for (const { endpoint } of this.victims()) {
        const filled = this.#filledOf(endpoint, now)
        const { retryAt, since } = filled
        if (retryAt !== undefined && now < retryAt) continue
        if (now - since >= renewMs) Object.assign(filled, { next: 0, since: now })
        const count = retryAt === undefined ? perSecond : 1
        if (retryAt !== undefined) filled.retryAt = now + RETRY_MS
        for (let i = 0; i < count; i++) this.#fill(endpoint, filled)
      }
    }

    #fill(to: Endpoint, filled: Filled): void {
      const target = this.#keyOf(filled.next++)
      this.ask(to, { method: 'get_peers', target }, (reply) => {
        if (reply.kind !== 'response' || reply.token === undefined) return this.#refused(filled)
        const { token } = reply
        const { port } = this.host.endpoint
        this.ask(to, { method: 'announce_peer', target, token, port }, ({ kind }) => {
          if (kind === 'error') this.#refused(filled)
          else filled.retryAt = undefined
        })
      })
    }

    /** The node has no room for it: so many keys fit, and the next ones are tried later. */
    #refused(filled: Filled): void {
      filled.retryAt ??= this.host.now + RETRY_MS
    }

    #filledOf({ address, port }: Endpoint, now: number): Filled {
      const name = `${address} ${port}`
      const known = this.#nodes.get(name)
      if (known !== undefined) return known
      const filled: Filled = { next: 0, retryAt: undefined, since: now }
      this.#nodes.set(name, filled)
      return filled
    }

    #keyOf(number: number): Id {
      while (this.#keys.length <= number) {
        this.#keys.push(randomId(this.protocol.idLength, this.chance.source))
      }
      return this.#keys[number] as Id
    }
  }

  const summary = 'announces under new keys until the stores of all nodes are full'
  return adversaryOf({ name: 'store-filler', summary }, StoreFiller)
}
