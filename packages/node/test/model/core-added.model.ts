// The model of the nodes that a user has added: each waits for its ping, which a token bucket
// paces, and good members need none.

import { type Endpoint, type Family, formatEndpoint } from '@dht/krpc'
import type { Command } from '../../src/core/operations/command.ts'
import type { NodeContext } from './core-context.ts'
import type { OverlayModel } from './core-overlay.model.ts'
import { Allowance } from './core-peer.ts'
import type { Families } from './core-responder.model.ts'

const MAX_ADDED = 1_024

export class AddedModel {
  readonly #node: NodeContext
  readonly #families: Families
  readonly #bucket: Allowance
  #waiting: Endpoint[] = []

  constructor(node: NodeContext, families: Families) {
    this.#node = node
    this.#families = families
    this.#bucket = new Allowance(node.config.checksPerSecond, node.config.checkBurst)
  }

  get nextAt(): number | undefined {
    return this.#waiting.length === 0 ? undefined : this.#bucket.readyAt(this.#node.now)
  }

  add({ endpoint, id }: Extract<Command, { kind: 'add-node' }>): void {
    const overlay = this.#overlayOf(endpoint.family)
    if (this.#waiting.length >= MAX_ADDED || overlay === undefined) return
    if (overlay.isSelf(endpoint)) return
    if (id !== undefined) overlay.table.restore([this.#node.peer(id, endpoint)])
    const isNew = !this.#waiting.some((each) => formatEndpoint(each) === formatEndpoint(endpoint))
    if (isNew) this.#waiting.push(endpoint)
    this.wake()
  }

  wake(): void {
    for (const endpoint of [...this.#waiting]) {
      const { table, ...overlay } = this.#at(endpoint)
      const member = table.members.find(({ address }) => address === formatEndpoint(endpoint))
      const isGood = member !== undefined && table.standingOf(member) === 'good'
      if (!isGood && !this.#bucket.take(1, this.#node.now)) {
        this.#node.note('added: waits')
        return
      }
      this.#waiting = this.#waiting.filter((each) => each !== endpoint)
      this.#node.note(isGood ? 'added: good already' : 'added: pinged')
      if (!isGood) overlay.ask(endpoint)
    }
  }

  #at(endpoint: Endpoint): Pick<OverlayModel, 'table'> & { ask(to: Endpoint): void } {
    const overlay = this.#overlayOf(endpoint.family)!
    const nothing = (): void => {}
    const observer = { onResponse: nothing, onError: nothing, onFailure: nothing }
    const ask = (to: Endpoint): void => {
      overlay.ask(to, { method: 'ping' }, { ...observer, onStalled: () => true })
    }
    return { table: overlay.table, ask }
  }

  #overlayOf(family: Family): OverlayModel | undefined {
    return this.#families.get(family)?.overlay
  }
}
