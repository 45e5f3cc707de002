// The model of a user's put: a round that gets the item at the nearest nodes, and puts it to those
// that gave a token.

import type { StoredItem } from '@dht/store'
import type { Command } from '../../src/core/operations/command.ts'
import type { PutReport } from '../../src/core/operations/outcome.ts'
import { sameBytes } from '../support/alike.ts'
import type { NodeContext } from './core-context.ts'
import { ItemGoalModel } from './core-item-goal.model.ts'
import type { OverlayModel } from './core-overlay.model.ts'
import { idOf, type Peer } from './core-peer.ts'
import { type PublicationModel, RoundModel } from './core-round.model.ts'

type PutCommand = Extract<Command, { kind: 'put' }>

interface Init {
  readonly command: PutCommand
  /** Where the item belongs. */
  readonly target: bigint
  readonly node: NodeContext
  readonly overlays: readonly OverlayModel[]
  readonly ended: (report: PutReport) => void
}

export class UserPutModel {
  readonly operationId: number
  readonly #init: Init
  readonly #goal: ItemGoalModel
  readonly #round: RoundModel

  constructor(init: Init) {
    const { target, node, overlays, command } = init
    const { item } = command.put
    this.#init = init
    this.operationId = command.operationId
    const salt = item.signed?.salt ?? new Uint8Array(0)
    this.#goal = new ItemGoalModel({ target, salt, known: undefined })
    this.#round = new RoundModel({
      publication: this.#publication(),
      node,
      overlays,
      reported: () => {},
      ended: () => this.#ended(),
    })
  }

  start(): void {
    this.#round.start()
  }

  stop(): void {
    this.#round.abort()
  }

  #ended(): void {
    const { node, ended } = this.#init
    const outcome = this.#round.outcome()
    const newest = this.#goal.item?.signed?.seq
    ended({ ...outcome, newest, durationMs: node.now - outcome.startedAt })
  }

  #publication(): PublicationModel {
    const { target, command } = this.#init
    const { item, cas } = command.put
    const { seq } = item.signed ?? {}
    // With `cas` any version matters, else only this one and newer ones.
    const known = cas === undefined && seq !== undefined && seq > 0n ? seq - 1n : undefined
    return {
      sought: { target, method: 'get', known },
      returned: (response, responder) => this.#goal.returned(response, responder),
      write: (peer, token) => this.#write(peer, token),
      isWanted: (peer) => this.#isWanted(peer),
      isStoredAt: (peer, code) => {
        const has = code === 302 && isIt(this.#goal.claimOf(peer), item)
        this.#init.node.note(has ? 'put: stored already' : `put refused: ${code}`)
        return has
      },
    }
  }

  #write(peer: Peer, token: Uint8Array): ReturnType<PublicationModel['write']> {
    const { target, command, node } = this.#init
    const { item, cas } = command.put
    const { k, sig, seq, salt } = item.signed ?? {}
    const { family } = peer.contact.endpoint
    const isReplaced = this.#goal.claimOf(peer) !== undefined
    node.note(`put to: ${family === 4 ? 'IPv4' : 'IPv6'}`)
    if (cas !== undefined) node.note(isReplaced ? 'put: with cas' : 'put: cas left out')
    return {
      method: 'put',
      claimedTarget: family === 4 ? idOf(target, node.config.network) : undefined,
      token,
      v: item.v,
      k,
      sig,
      seq,
      salt: salt?.length === 0 ? undefined : salt,
      cas: isReplaced ? cas : undefined,
    }
  }

  /** Where another version than `cas` is known, a node without any is left alone. */
  #isWanted(peer: Peer): boolean {
    const { cas } = this.#init.command.put
    const known = this.#goal.item
    const isOther = cas !== undefined && known !== undefined && known.signed?.seq !== cas
    const isWanted = !isOther || this.#goal.claimOf(peer) !== undefined
    if (!isWanted) this.#init.node.note('put: skipped')
    return isWanted
  }
}

function isIt(claim: ReturnType<ItemGoalModel['claimOf']>, { v, signed }: StoredItem): boolean {
  return claim?.v !== undefined && claim.seq === signed?.seq && sameBytes(claim.v, v)
}
