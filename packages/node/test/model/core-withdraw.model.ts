// How the model of a core withdraws announcements: which nodes it queries, with which token, and
// for how long. Ended withdrawals are left out.

import type { Response } from '@dht/krpc'
import type { NodeContext } from './core-context.ts'
import type { OverlayModel } from './core-overlay.model.ts'
import { idOf, type Peer } from './core-peer.ts'

const LIFE_MS = 2_000
const MOST = 128

/** A node that accepted, or may have. */
export interface HolderModel {
  readonly peer: Peer
  readonly overlay: OverlayModel
  readonly token: Uint8Array
  readonly askedAt: number
}

interface TakingBack {
  readonly target: bigint
  readonly holders: readonly HolderModel[]
  endsAt: number | undefined
  open: number
}

export class WithdrawalsModel {
  readonly #node: NodeContext
  readonly #onEnd: () => void
  /** In the order in which they begin. */
  all: TakingBack[] = []
  /** While its queries are being sent, it does not end. */
  #starting: TakingBack | undefined
  #last: { readonly operationId: number; readonly endsAt: number } | undefined

  constructor(node: NodeContext, onEnd: () => void) {
    this.#node = node
    this.#onEnd = onEnd
  }

  concerns(target: bigint): boolean {
    return this.all.some((each) => each.target === target)
  }

  add(target: bigint, holders: readonly HolderModel[]): void {
    const { network } = this.#node.config
    if (network.name === 'mainline' || holders.length === 0) return
    this.all.push({ target, holders, endsAt: undefined, open: holders.length })
    this.#begin()
  }

  finish(operationId: number): void {
    if (this.#last !== undefined) this.#node.settle(this.#last.operationId, { kind: 'cancelled' })
    this.#last = { operationId, endsAt: this.#node.now + LIFE_MS }
    this.#finishIfDone()
  }

  get finishing(): number | undefined {
    return this.#last?.operationId
  }

  get nextAt(): number | undefined {
    const ends = [...this.all, this.#last].flatMap((each) => each?.endsAt ?? [])
    return ends.length === 0 ? undefined : Math.min(...ends)
  }

  wake(): void {
    const { now } = this.#node
    for (const each of this.all.filter(({ endsAt }) => endsAt !== undefined && endsAt <= now)) {
      if (this.all.includes(each)) this.#end(each)
    }
    this.#finishIfDone()
  }

  #begin(): void {
    const running = this.all.filter(({ endsAt }) => endsAt !== undefined)
    const next = this.all.find(({ endsAt }) => endsAt === undefined)
    if (next === undefined || running.length >= MOST) return
    next.endsAt = this.#node.now + LIFE_MS
    this.#starting = next
    for (const holder of next.holders) this.#ask(next, holder)
    this.#starting = undefined
    if (next.open === 0) this.#end(next)
    this.#begin()
  }

  #ask(taking: TakingBack, holder: HolderModel): void {
    const { now, config } = this.#node
    const isGood = now - holder.askedAt <= config.tokenRotateMs
    const target = idOf(taking.target, config.network)
    const withdraw = (token: Uint8Array): boolean =>
      this.#put(taking, holder, { method: 'withdraw_peer', target, token }, () => undefined)
    if (isGood) withdraw(holder.token)
    else {
      this.#put(taking, holder, { method: 'get_peers', target }, ({ token }) => {
        const isOver = !this.all.includes(taking)
        return token === undefined || isOver ? undefined : () => withdraw(token.slice())
      })
    }
  }

  /** Puts one question to a holder; an answer may lead to another one. */
  #put(
    taking: TakingBack,
    { overlay, peer }: HolderModel,
    question: Parameters<OverlayModel['ask']>[1],
    then: (response: Response) => (() => boolean) | undefined,
  ): boolean {
    const isSent = overlay.ask(peer.contact.endpoint, question, {
      asked: peer,
      onResponse: (response) => {
        const next = then(response)
        if (next === undefined) this.#closed(taking)
        else next()
      },
      onError: () => this.#closed(taking),
      onFailure: () => this.#closed(taking),
      onStalled: () => false,
    })
    this.#node.note(`taken back: ${question.method}`)
    if (!isSent) this.#closed(taking)
    return isSent
  }

  #closed(taking: TakingBack): void {
    taking.open--
    const isUnderWay = this.all.includes(taking) && this.#starting !== taking
    if (taking.open === 0 && isUnderWay) this.#end(taking)
  }

  #end(taking: TakingBack): void {
    this.all = this.all.filter((each) => each !== taking)
    this.#node.note('taken back: ended')
    this.#begin()
    this.#finishIfDone()
    this.#onEnd()
  }

  #finishIfDone(): void {
    const last = this.#last
    if (last === undefined || (this.all.length > 0 && last.endsAt > this.#node.now)) return
    this.#last = undefined
    this.all = []
    this.#node.settle(last.operationId, { kind: 'withdrawn' })
  }
}
