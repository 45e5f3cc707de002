// What the lookups of users look for, in the model of a core: peers, nodes and items.

import { type Endpoint, formatEndpoint, type Response } from '@dht/krpc'
import type { StoredItem } from '@dht/store'
import type { Command } from '../../src/core/operations/command.ts'
import type { NodeContext } from './core-context.ts'
import { type GetCommand, ItemGoalModel } from './core-item-goal.model.ts'
import type { Sought } from './core-lookup.model.ts'
import { numberOf, type Peer } from './core-peer.ts'
import type { SoughtModel } from './core-user-lookup.model.ts'

/** The nodes nearest to an id. */
export class NodesSought implements SoughtModel {
  readonly what: Sought
  readonly isReached = false
  readonly mayEndEarly = false
  readonly isWhole = false
  readonly endpoints: readonly Endpoint[] = []
  readonly holders: readonly Peer[] = []

  constructor({ target }: Extract<Command, { kind: 'closest' }>) {
    this.what = { target: numberOf(target), method: 'find_node' }
  }

  addOwn(): void {}
}

/** The peers of an id. */
export class PeersSought implements SoughtModel {
  readonly what: Sought
  readonly isWhole = false
  readonly #node: NodeContext
  readonly #command: Extract<Command, { kind: 'lookup' }>
  readonly #atHome: (target: bigint) => readonly Endpoint[]
  endpoints: readonly Endpoint[] = []
  holders: readonly Peer[] = []

  constructor(
    node: NodeContext,
    command: Extract<Command, { kind: 'lookup' }>,
    atHome: (target: bigint) => readonly Endpoint[],
  ) {
    this.what = { target: numberOf(command.target), method: 'get_peers' }
    this.#node = node
    this.#command = command
    this.#atHome = atHome
  }

  get isReached(): boolean {
    return this.#command.mode === 'first' && this.endpoints.length > 0
  }

  get mayEndEarly(): boolean {
    return this.#command.mode === 'quick' && this.endpoints.length > 0
  }

  addOwn(): void {
    this.#add(this.#atHome(this.what.target))
  }

  found(endpoints: readonly Endpoint[], holder: Peer): void {
    const at = this.holders.findIndex(({ address }) => address === holder.address)
    this.holders = at < 0 ? [...this.holders, holder] : this.holders.with(at, holder)
    this.#add(endpoints, holder)
  }

  #add(endpoints: readonly Endpoint[], holder?: Peer): void {
    const known = this.endpoints.map(formatEndpoint)
    const news = endpoints.filter((each, at) => {
      const text = formatEndpoint(each)
      const isFirst = endpoints.findIndex((other) => formatEndpoint(other) === text) === at
      return isFirst && !known.includes(text)
    })
    this.endpoints = [...this.endpoints, ...news]
    if (news.length === 0) return
    const { operationId } = this.#command
    const from = holder?.contact
    this.#node.oracle.tell({ kind: 'found', operationId, endpoints: news, from })
    this.#node.note('found')
  }
}

/** An item. */
export class ItemSought implements SoughtModel {
  readonly what: Sought
  readonly mayEndEarly = false
  readonly endpoints: readonly Endpoint[] = []
  readonly goal: ItemGoalModel
  readonly #own: () => StoredItem | undefined

  /** @param own - the item under the target that this node stores */
  constructor({ wanted }: GetCommand, own: () => StoredItem | undefined) {
    this.what = { target: wanted.target, method: 'get', known: wanted.known }
    this.goal = new ItemGoalModel(wanted)
    this.#own = own
  }

  get isReached(): boolean {
    return this.goal.isReached
  }

  get isWhole(): boolean {
    return this.isReached
  }

  get holders(): readonly Peer[] {
    return this.goal.holders
  }

  addOwn(): void {
    const own = this.#own()
    if (own !== undefined) this.goal.addOwn(own)
  }

  returned(response: Response, responder: Peer): void {
    this.goal.returned(response, responder)
  }
}
