// One of the addresses of a host that fills the item stores of all nodes (BEP 44): it puts new
// immutable items as fast as the nodes answer, until they refuse.

import { idView } from '@dht/id'
import { type Endpoint, encodeValue } from '@dht/krpc'
import { nobleCrypto } from '@dht/node/core'
import { type Adversary, adversaryOf } from './adversary.ts'
import { AttackClient } from './attack-client.ts'

export interface ItemFillerOptions {
  /** Items that one address puts to one node in a second. Default 20. */
  readonly perSecond?: number
  /** Bytes of a value. Default 100. */
  readonly valueBytes?: number
}

/** Time until a node that refuses is tried again, ms. */
const RETRY_MS = 5_000

export function itemFiller(options: ItemFillerOptions = {}): Adversary {
  const { perSecond = 20, valueBytes = 100 } = options

  class ItemFiller extends AttackClient {
    /** Nodes that have refused, and when they are tried again, ms. */
    readonly #retryAt = new Map<string, number>()

    override act(now: number): void {
      for (const { endpoint } of this.victims()) {
        const retryAt = this.#retryAt.get(nameOf(endpoint))
        if (retryAt !== undefined && now < retryAt) continue
        const count = retryAt === undefined ? perSecond : 1
        for (let i = 0; i < count; i++) this.#put(endpoint)
      }
    }

    #put(to: Endpoint): void {
      const v = encodeValue(this.chance.bytes(valueBytes))
      const target = idView(nobleCrypto.sha1(v))
      this.ask(to, { method: 'get', target }, (reply) => {
        if (reply.kind !== 'response' || reply.token === undefined) return this.#refused(to)
        this.ask(to, { method: 'put', token: reply.token, v }, ({ kind }) => {
          if (kind === 'error') this.#refused(to)
          else this.#retryAt.delete(nameOf(to))
        })
      })
    }

    #refused(to: Endpoint): void {
      this.#retryAt.set(nameOf(to), this.host.now + RETRY_MS)
    }
  }

  const summary = 'puts new items until the item stores of all nodes are full'
  return adversaryOf({ name: 'item-filler', summary }, ItemFiller)
}

function nameOf({ address, port }: Endpoint): string {
  return `${address} ${port}`
}
