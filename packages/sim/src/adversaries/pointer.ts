// Names strangers: every reply has as many contacts as fit, under ids next to the target, and all
// of them are endpoints of hosts that have nothing to do with the network. So whoever asks sends
// queries to those hosts.

import type { Id } from '@dht/id'
import { type Contact, contact, type Endpoint, endpoint, type Query } from '@dht/krpc'
import { type Adversary, type AdversaryInit, adversaryOf } from './adversary.ts'
import { AdversaryProcess, idNear } from './adversary-process.ts'

/** Contacts that a node reads from one response. */
const NAMED = 20
const TOKEN_BYTES = 8
/** First two octets of the strangers. No host has such an address. */
const STRANGERS = '150.200'
const STRANGER_PORT = 4_445

export interface PointerOptions {
  /**
   * `one`: all name one endpoint. `ports`: all name one address, each time with another port.
   * `own`: each names endpoints that it has not named before, at addresses that no other names.
   * Default `one`.
   */
  readonly strangers?: 'one' | 'ports' | 'own'
}

export function pointer({ strangers = 'one' }: PointerOptions = {}): Adversary {
  class Pointer extends AdversaryProcess {
    readonly #number: number
    #named = 0

    constructor(init: AdversaryInit) {
      super(init)
      this.#number = this.group.members.length
    }

    override respond(query: Query): Uint8Array {
      if (!('target' in query) || query.method === 'announce_peer') return this.reply(query)
      const { target } = query
      const contacts = Array.from({ length: NAMED }, () => this.#strangerNear(target))
      const token = this.chance.bytes(TOKEN_BYTES)
      return this.reply(query, query.method === 'get_peers' ? { contacts, token } : { contacts })
    }

    #strangerNear(target: Id): Contact {
      return contact(idNear(target, this.chance), this.#stranger())
    }

    #stranger(): Endpoint {
      const port = 1_024 + this.chance.below(60_000)
      if (strangers === 'one') return endpoint(`${STRANGERS}.0.1`, STRANGER_PORT)
      if (strangers === 'ports') return endpoint(`${STRANGERS}.0.1`, port)
      const last = 1 + (this.#named++ % 254)
      return endpoint(`150.${201 + (this.#number >> 8)}.${this.#number & 255}.${last}`, port)
    }
  }

  const summary = 'names strangers as the nodes next to the target'
  return adversaryOf({ name: 'pointer', summary }, Pointer)
}

/** Whether a host with this address is a stranger. */
export function isStranger({ address }: Endpoint): boolean {
  return /^150\.2\d\d\./.test(address)
}
