// Compares the effects of one step with the predictions of the model, one by one, in order and
// whole, including the bytes of datagrams; none may be missing or left over. The model reads random
// choices here (a transaction id, a target, a token), checks that they are allowed, and uses them.

import {
  decodeMessage,
  type Endpoint,
  encodeMessage,
  formatEndpoint,
  type Message,
  type Network,
} from '@dht/krpc'
import type { Effect } from '../../src/core/effect.ts'
import { alike, sameBytes } from '../support/alike.ts'
import { messageOf } from '../support/messages.ts'
import { sameEndpoint, textOf } from './core-peer.ts'

type Told = Exclude<Effect, { kind: 'send' }>

export class Oracle {
  readonly #effects: readonly Effect[]
  readonly #network: Network
  #at = 0

  constructor(effects: readonly Effect[], network: Network) {
    this.#effects = effects
    this.#network = network
  }

  /** The message of the next effect, if that sends one. */
  peekMessage(): Message | undefined {
    const next = this.#effects[this.#at]
    if (next?.kind !== 'send') return undefined
    const message = messageOf(next.bytes, this.#network)
    return message.kind === 'malformed' ? undefined : message
  }

  /** The next effect, if it is of that kind. */
  peek<K extends Told['kind']>(kind: K): Extract<Told, { kind: K }> | undefined {
    const next = this.#effects[this.#at]
    return next?.kind === kind ? (next as Extract<Told, { kind: K }>) : undefined
  }

  /**
   * Expects that the next effect sends a datagram with these bytes to `to`.
   * @param budget - largest response, when the message is one
   */
  send(to: Endpoint, message: Message, budget?: number): Uint8Array {
    return this.sendBytes(to, encodeMessage(message, this.#network, budget))
  }

  sendBytes(to: Endpoint, bytes: Uint8Array): Uint8Array {
    const expected = (): string => `a datagram to ${formatEndpoint(to)}`
    const next = this.#take(expected)
    if (next.kind !== 'send' || !sameEndpoint(next.endpoint, to)) {
      throw this.#wrong(expected(), next)
    }
    if (!sameBytes(next.bytes, bytes)) throw this.#wrong(this.#read(bytes), next)
    return bytes
  }

  tell(predicted: Told): void {
    const next = this.#take(() => textOf(predicted))
    if (!alike(next, predicted)) throw this.#wrong(textOf(predicted), next)
  }

  /** Expects that no effect is left over. */
  end(): void {
    const next = this.#effects[this.#at]
    if (next === undefined) return
    this.#at++
    throw this.#wrong('no more', next)
  }

  #take(expected: () => string): Effect {
    const next = this.#effects[this.#at]
    if (next === undefined) throw new Error(`effect ${this.#at}: expected ${expected()}, got none`)
    this.#at++
    return next
  }

  #wrong(expected: string, got: Effect): Error {
    const shown = got.kind === 'send' ? this.#read(got.bytes, got.endpoint) : textOf(got)
    return new Error(`effect ${this.#at - 1}: expected ${expected}, got ${shown}`)
  }

  #read(bytes: Uint8Array, to?: Endpoint): string {
    return textOf({ to, message: decodeMessage(bytes, this.#network) })
  }
}
