// The base class of attackers that send queries and belong to nobody's routing table: they mark
// their queries as read-only (BEP 43) and reply to none. Each response goes to the callback that
// was given with its query.

import { type Id, randomId } from '@dht/id'
import {
  type DecodedResponse,
  decodeMessage,
  type Endpoint,
  type ErrorMessage,
  encodeMessage,
  type Network as Protocol,
  type Query,
} from '@dht/krpc'
import type { Chance } from '../chance.ts'
import type { Host } from '../host/host.ts'
import { NO_EFFECTS, type Process } from '../host/process.ts'
import type { World } from '../world.ts'
import type { AdversaryInit } from './adversary.ts'

/** Time after which a query counts as lost, ms. */
const LOST_MS = 5_000

/** What an attacker asks, apart from what every query has. */
export type Attack =
  | { readonly method: 'get_peers'; readonly target: Id }
  | {
      readonly method: 'announce_peer'
      readonly target: Id
      readonly token: Uint8Array
      readonly port: number
    }
  | { readonly method: 'get'; readonly target: Id }
  | { readonly method: 'put'; readonly token: Uint8Array; readonly v: Uint8Array }

export type AttackReply = DecodedResponse | ErrorMessage

interface OpenAttack {
  readonly at: number
  replied(reply: AttackReply): void
}

export abstract class AttackClient implements Process {
  /** Time between two calls of `act`, ms. */
  readonly intervalMs: number = 1_000
  readonly id: Id
  readonly host: Host
  readonly world: World
  readonly chance: Chance
  /** Open queries, the oldest first. */
  readonly #open = new Map<string, OpenAttack>()
  #actAt: number

  constructor({ host, world, chance }: AdversaryInit) {
    this.host = host
    this.world = world
    this.chance = chance
    this.id = randomId(this.protocol.idLength, chance.source)
    this.#actAt = host.now + 1
  }

  get protocol(): Protocol {
    return this.world.protocol
  }

  /** Does what the attacker does. Called every `intervalMs`. */
  abstract act(now: number): void

  receive(bytes: Uint8Array, from: Endpoint): typeof NO_EFFECTS {
    const message = decodeMessage(bytes.slice(), this.protocol)
    if (message.kind !== 'response' && message.kind !== 'error') return NO_EFFECTS
    const name = nameOf(message.transactionId, from)
    const open = this.#open.get(name)
    this.#open.delete(name)
    open?.replied(message)
    return NO_EFFECTS
  }

  handleTimeout(now: number): typeof NO_EFFECTS {
    if (now < this.#actAt) return NO_EFFECTS
    this.#actAt = now + this.intervalMs
    for (const [name, { at }] of this.#open) {
      if (now - at < LOST_MS) break
      this.#open.delete(name)
    }
    this.act(now)
    return NO_EFFECTS
  }

  nextTimeout(): number {
    return this.#actAt
  }

  /**
   * All honest nodes that run and that this host can reach. An attacker finds them in minutes, by
   * lookups of random ids.
   */
  victims(): { readonly id: Id; readonly endpoint: Endpoint }[] {
    const { family } = this.host.endpoint
    return this.world.honest.flatMap((each) => {
      const endpoint = each.local(family)
      return endpoint === undefined ? [] : [{ id: each.node.id, endpoint }]
    })
  }

  ask(to: Endpoint, attack: Attack, replied: (reply: AttackReply) => void = () => {}): void {
    const transactionId = this.chance.bytes(4)
    const head = { kind: 'query', transactionId, id: this.id, readOnly: true } as const
    const query: Query =
      attack.method === 'announce_peer'
        ? { ...head, ...attack, impliedPort: false }
        : { ...head, ...attack }
    this.#open.set(nameOf(transactionId, to), { at: this.host.now, replied })
    this.host.send(encodeMessage(query, this.protocol), to)
  }
}

function nameOf(transactionId: Uint8Array, { address, port }: Endpoint): string {
  return `${String(transactionId)} ${address} ${port}`
}
