// The transport of one address family. A transport that has failed is closed; if another one can be
// made, it is opened after a wait that grows with every failure. Knows nothing of what datagrams
// say.

import type { RandomSource } from '@dht/id'
import type { Datagram, Endpoint, Family, Transport, TransportHandlers } from '@dht/krpc'
import { draw } from '../core/services.ts'
import { argumentError } from '../errors.ts'
import type { Clock } from '../ports/clock.ts'
import type { Warn } from '../warnings.ts'

/**
 * Makes a transport that is not started yet: a new one of the same family for each call.
 *
 * @param previous - the endpoint of the one that failed, since other nodes know this node by it;
 *   undefined: for the first one, and when that endpoint could not be opened again
 */
export type TransportFactory = (previous?: Endpoint) => Transport

/** How to make another transport after one has failed. */
export interface Reopening {
  readonly again: TransportFactory
  /** Spreads the waits, so that many nodes of one machine don't try at the same time. */
  readonly random: RandomSource
}

/** First wait before a transport is opened again, ms: ours, with a jitter of one half. */
export const FIRST_REOPEN_MS = 1_000
/**
 * Longest such wait, ms: ours. After a transport has worked for longer than this, the first wait
 * applies again.
 */
export const LONGEST_REOPEN_MS = 60_000

/** The user of the transport. */
export interface SlotOwner extends Pick<TransportHandlers, 'received' | 'sendFailed'> {
  lost(family: Family): void
  reopened(local: Endpoint): void
  readonly warn: Warn
}

export class TransportSlot {
  readonly family: Family
  readonly #reopening: Reopening | undefined
  readonly #owner: SlotOwner
  readonly #clock: Clock
  /** The transport in use or being opened; undefined: none. */
  #transport: Transport | undefined
  #local: Endpoint | undefined
  #openedAt = 0
  #failures = 0
  #cancelAlarm: (() => void) | undefined
  #isClosed = false

  /** @param init - without `reopening`, a transport that has failed stays closed */
  constructor(
    transport: Transport,
    init: {
      readonly owner: SlotOwner
      readonly clock: Clock
      readonly reopening: Reopening | undefined
    },
  ) {
    this.family = transport.family
    this.#transport = transport
    this.#reopening = init.reopening
    this.#owner = init.owner
    this.#clock = init.clock
  }

  /** The endpoint that it was bound to last; undefined before the first start. */
  get local(): Endpoint | undefined {
    return this.#local
  }

  /** Opens the first transport. If that rejects, with the error of the transport, it is closed. */
  async open(): Promise<Endpoint> {
    const transport = this.#transport
    if (transport === undefined) throw new Error('transport: expected one start')
    try {
      return await this.#start(transport)
    } catch (cause) {
      await this.#close(transport)
      throw cause
    }
  }

  /** A transport may be foreign code: what it throws must not stop the node (API-8). */
  send(batch: readonly Datagram[]): void {
    try {
      this.#transport?.send(batch)
    } catch (cause) {
      this.#owner.warn('DHT_TRANSPORT_SEND', 'a transport could not send', cause)
    }
  }

  /** Never rejects. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#cancelAlarm?.()
    const transport = this.#transport
    if (transport !== undefined) await this.#close(transport)
  }

  async #start(transport: Transport): Promise<Endpoint> {
    const isCurrent = (): boolean => this.#transport === transport && !this.#isClosed
    const local = await transport.start({
      received: (batch) => {
        if (isCurrent()) this.#owner.received(batch)
      },
      sendFailed: (to, code) => {
        if (isCurrent()) this.#owner.sendFailed(to, code)
      },
      failed: (cause) => {
        if (isCurrent()) this.#fail(transport, cause)
      },
    })
    // It may be foreign code, and nothing could be sent over a transport of another family.
    if (local?.family !== this.family) {
      throw argumentError('transport', `a local endpoint of IPv${this.family}`, local)
    }
    this.#local = local
    this.#openedAt = this.#clock.now()
    return local
  }

  #fail(transport: Transport, cause: Error): void {
    const name = `the IPv${this.family} transport failed`
    const end = this.#reopening ? 'it is opened again' : 'it stays closed, for no function makes it'
    this.#owner.warn('DHT_TRANSPORT_FAILED', `${name}: ${end}`, cause)
    this.#transport = undefined
    void this.#close(transport)
    if (this.#clock.now() - this.#openedAt > LONGEST_REOPEN_MS) this.#failures = 0
    this.#owner.lost(this.family)
    this.#reopenLater(this.#local)
  }

  #reopenLater(previous: Endpoint | undefined): void {
    const reopening = this.#reopening
    if (reopening === undefined || this.#isClosed) return
    const waitMs = Math.min(FIRST_REOPEN_MS * 2 ** this.#failures, LONGEST_REOPEN_MS)
    this.#failures++
    const at = this.#clock.now() + waitMs * (0.5 + draw(reopening.random))
    this.#cancelAlarm = this.#clock.alarm(at, () => void this.#reopen(reopening.again, previous))
  }

  /** Never rejects. */
  async #reopen(again: TransportFactory, previous: Endpoint | undefined): Promise<void> {
    let transport: Transport | undefined
    try {
      transport = again(previous)
      this.#transport = transport
      if (transport.family !== this.family) throw new Error(`transport: expected IPv${this.family}`)
      const local = await this.#start(transport)
      if (!this.#isClosed && this.#transport === transport) this.#owner.reopened(local)
    } catch (cause) {
      // It may have reported its failure already: then the next attempt is set.
      if (this.#transport !== transport) return
      this.#transport = undefined
      if (transport !== undefined) await this.#close(transport)
      if (this.#isClosed) return
      const message = `the IPv${this.family} transport can't be opened again yet`
      this.#owner.warn('DHT_TRANSPORT_FAILED', message, cause)
      this.#reopenLater(undefined)
    }
  }

  async #close(transport: Transport): Promise<void> {
    try {
      await transport.close()
    } catch (cause) {
      this.#owner.warn('DHT_TRANSPORT_CLOSE', 'a transport could not be closed', cause)
    }
  }
}
