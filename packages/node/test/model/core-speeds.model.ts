// The model of how soon endpoints have answered the last query of a lookup.

import { formatEndpoint } from '@dht/krpc'
import type { Asked } from '../../../krpc/test/model/transaction-table.model.ts'
import type { NodeContext } from './core-context.ts'
import type { Peer } from './core-peer.ts'
import type { OpenQueryModel } from './core-queries.model.ts'

export class SpeedsModel {
  readonly #node: NodeContext
  readonly #isPrompt = new Map<string, boolean>()

  constructor(node: NodeContext) {
    this.#node = node
  }

  learn({ to }: Asked, { observer }: OpenQueryModel, isPrompt: boolean): void {
    if (observer.isOfLookup !== true) return
    this.#isPrompt.set(formatEndpoint(to), isPrompt)
    this.#node.note(isPrompt ? 'a node answers soon' : 'a node answers late')
  }

  isSlow({ address }: Peer): boolean {
    return this.#isPrompt.get(address) === false
  }

  isPrompt({ address }: Peer): boolean {
    return this.#isPrompt.get(address) === true
  }
}
