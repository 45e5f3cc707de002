// Names strangers: every reply has as many contacts as fit, under ids next to the target, and all
// of them are endpoints of hosts that have nothing to do with the network. A node
// that queries it sends queries to those hosts.

import { bep42Ids, closest, type Id } from '@dht/id'
import { addressBytes, type Contact, contact, type Endpoint, endpoint, type Query } from '@dht/krpc'
import type { Chance } from '../chance.ts'
import type { World } from '../world.ts'
import { type Adversary, type AdversaryInit, adversaryOf } from './adversary.ts'
import { AdversaryProcess, idNear } from './adversary-process.ts'

/** Contacts that a node reads from one response. */
const NAMED = 20
const TOKEN_BYTES = 8
/** First two octets of the strangers. No host has such an address. */
const STRANGERS = '150.200'
const STRANGER_PORT = 4_445
/** Strangers with allowed ids of one liar. */
const ALLOWED = 1_024

export interface PointerOptions {
  /**
   * `one`: all name one endpoint. `ports`: all name one address, each time with another port.
   * `own`: each names endpoints that it has not named before, at addresses that no other names.
   * `allowed`: the same, with ids that their addresses allow (BEP 42); of a thousand addresses each
   * names those nearest to the target. Default `one`.
   */
  readonly strangers?: 'one' | 'ports' | 'own' | 'allowed'
}

export function pointer({ strangers = 'one' }: PointerOptions = {}): Adversary {
  class Pointer extends AdversaryProcess {
    readonly #number: number
    #named = 0
    #allowed: readonly Contact[] | undefined

    constructor(init: AdversaryInit) {
      super(withAllowedId(init))
      this.#number = this.group.members.length
    }

    override respond(query: Query): Uint8Array {
      if (!('target' in query) || query.method === 'announce_peer') return this.reply(query)
      const { target } = query
      const contacts =
        strangers === 'allowed'
          ? closest(this.#allowedStrangers(), target, NAMED)
          : Array.from({ length: NAMED }, () => this.#strangerNear(target))
      const token = this.chance.bytes(TOKEN_BYTES)
      return this.reply(query, query.method === 'get_peers' ? { contacts, token } : { contacts })
    }

    #strangerNear(target: Id): Contact {
      return contact(idNear(target, this.chance), this.#stranger())
    }

    #allowedStrangers(): readonly Contact[] {
      this.#allowed ??= Array.from({ length: ALLOWED }, () => {
        const stranger = this.#stranger()
        return contact(allowedId(stranger, this.world, this.chance), stranger)
      })
      return this.#allowed
    }

    #stranger(): Endpoint {
      const port = 1_024 + this.chance.below(60_000)
      if (strangers === 'one') return endpoint(`${STRANGERS}.0.1`, STRANGER_PORT)
      if (strangers === 'ports') return endpoint(`${STRANGERS}.0.1`, port)
      const subnet = (this.#number << 3) + ((this.#named / 254) & 7)
      const last = 1 + (this.#named++ % 254)
      return endpoint(`150.${201 + (subnet >> 8)}.${subnet & 255}.${last}`, port)
    }
  }

  const summary = 'names strangers as the nodes next to the target'
  return adversaryOf({ name: 'pointer', summary }, Pointer)
}

/** A liar has an id that its address allows, so that tables prefer it. */
function withAllowedId(init: AdversaryInit): AdversaryInit {
  const { host, world, chance } = init
  if (world.protocol.secureIds === undefined || init.aim !== undefined) return init
  return { ...init, id: allowedId(host.endpoint, world, chance) }
}

function allowedId({ address }: Endpoint, { protocol }: World, chance: Chance): Id {
  const bytes = addressBytes(address) as Uint8Array
  const { secureIds = bep42Ids, idLength: length } = protocol
  return secureIds.draw({ address: bytes, length, random: chance.source })
}

/** Whether a host with this address is a stranger. */
export function isStranger({ address }: Endpoint): boolean {
  return /^150\.2\d\d\./.test(address)
}
