// The model of how long a reply may be: whole to a source that has proved its address, and within
// what is allowed to unproven ones to any other. Models of their own have these allowances.

import { briefReply, type Endpoint, type Message, type Response } from '@dht/krpc'
import type { NodeContext } from './core-context.ts'
import { Allowance } from './core-peer.ts'

/** Longer than any reply. */
const WHOLE = 1_500

const BEYOND_SHARE_PER_SECOND = 4_000

/** A query that wants a reply. */
interface Asked {
  readonly from: Endpoint
  readonly size: number
  readonly isProven: boolean
  /** Whether its source has not used up its share. */
  readonly isWithin: boolean
}

export class ReplyLengthModel {
  readonly #node: NodeContext
  readonly #beyondShare = new Allowance(BEYOND_SHARE_PER_SECOND, BEYOND_SHARE_PER_SECOND)
  /** Most bytes of the reply. */
  #most = 0
  /** Bytes of the query of an unproven source within its share. */
  #unprovenSize: number | undefined

  constructor(node: NodeContext) {
    this.#node = node
  }

  /** Decides how long the reply to a query may be. @returns false: there is none */
  allow({ from, size, isProven, isWithin }: Asked): boolean {
    const { addresses, now, counters } = this.#node
    if (!isWithin && !this.#beyondShare.take(1, now)) {
      counters.queriesLimited++
      return false
    }
    this.#unprovenSize = isWithin && !isProven ? size : undefined
    if (!isWithin) this.#most = size
    else this.#most = isProven ? WHOLE : addresses.unproven.queryReceived(from, size, now)
    this.#node.note(isWithin ? `asked: ${isProven ? 'proven' : 'unproven'}` : 'asked: beyond share')
    return true
  }

  /** What of a message may be sent; undefined: nothing. */
  cut(message: Message): Uint8Array | undefined {
    const node = this.#node
    const whole = node.encode(message)
    if (whole.length <= this.#most) return whole
    node.note('reply: cut')
    if (message.kind !== 'error') {
      const brief = briefReply(message as Response, node.config.network, this.#most)
      return brief && node.encode(brief)
    }
    const { kind, transactionId, code } = message
    const bytes = node.encode({ kind, transactionId, code, text: '' })
    return bytes.length <= this.#most ? bytes : undefined
  }

  /** A reply of so many bytes was sent. */
  sent(to: Endpoint, bytes: number): void {
    const { addresses, now } = this.#node
    if (this.#unprovenSize === undefined) return
    addresses.unproven.replySent(to, bytes, this.#unprovenSize, now)
  }
}
