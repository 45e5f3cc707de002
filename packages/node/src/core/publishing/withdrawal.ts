// Withdraws one announcement from the nodes that store it: one attempt for each, all at once,
// within two seconds. The token of the round is used while it is certainly valid; after that the
// node is asked for a new one first. What is not withdrawn expires by itself, so nothing is tried
// twice.

import type { Id } from '@dht/id'
import type { Contact, Response } from '@dht/krpc'
import type { OverlayParts } from '../overlay/overlay-parts.ts'
import type { QueryContent } from '../queries/query-content.ts'
import type { QueryObserver } from '../queries/query-observer.ts'
import type { Services } from '../services.ts'

/**
 * Longest duration of a withdrawal, ms: ours; covers most round trips, and `close` waits for it.
 */
export const WITHDRAWAL_MS = 2_000

/** A node that stores an announcement, or may do so. */
export interface Holder {
  readonly contact: Contact
  readonly overlay: OverlayParts
  readonly token: Uint8Array
  /** When the query that brought the token was sent, ms, monotonic. */
  readonly askedAt: number
}

/** Called once, when there is nothing more to wait for. */
export interface WithdrawalOwner {
  withdrawalEnded(withdrawal: Withdrawal, now: number): void
}

export class Withdrawal {
  readonly target: Id
  /** When it ends at the latest, ms, monotonic; undefined before it starts. */
  endsAt: number | undefined
  readonly #holders: readonly Holder[]
  readonly #owner: WithdrawalOwner
  readonly #services: Services
  /** Holders whose attempt has not ended, and one more while it starts. */
  #open = 1
  #isOver = false

  constructor(
    init: {
      readonly target: Id
      readonly holders: readonly Holder[]
      readonly owner: WithdrawalOwner
    },
    services: Services,
  ) {
    this.target = init.target
    this.#holders = init.holders
    this.#owner = init.owner
    this.#services = services
  }

  start(now: number): void {
    this.endsAt = now + WITHDRAWAL_MS
    const { tokenRotateMs } = this.#services.config
    for (const holder of this.#holders) {
      this.#open++
      const isTokenValid = now - holder.askedAt <= tokenRotateMs
      if (isTokenValid) this.#withdraw(holder, holder.token, now)
      else this.#askForToken(holder, now)
    }
    this.#close(now)
  }

  /**
   * Ends it without telling the owner. Queries that wait for their turn are not sent: they would
   * withdraw what is entered next.
   */
  abort(): void {
    this.#isOver = true
    for (const { queries } of this.#overlays) queries.dropUnwanted()
  }

  get #overlays(): ReadonlySet<OverlayParts> {
    return new Set(this.#holders.map(({ overlay }) => overlay))
  }

  #withdraw(holder: Holder, token: Uint8Array, now: number): void {
    const { target } = this
    const observer = this.#observer(holder, (_response, now) => this.#close(now))
    this.#ask(holder, { method: 'withdraw_peer', target, token }, observer, now)
  }

  #askForToken(holder: Holder, now: number): void {
    const observer = this.#observer(holder, ({ token }, now) => {
      if (token === undefined || this.#isOver) this.#close(now)
      else this.#withdraw(holder, token.slice(), now)
    })
    this.#ask(holder, { method: 'get_peers', target: this.target }, observer, now)
  }

  #observer(holder: Holder, onResponse: (response: Response, now: number) => void): QueryObserver {
    const close = (_what: unknown, now: number): void => this.#close(now)
    const isOver = (): boolean => this.#isOver
    return {
      asked: holder.contact,
      onResponse: (response, _responder, now) => onResponse(response, now),
      onError: close,
      onFailure: close,
      onStalled: () => false,
      get isWanted() {
        return !isOver()
      },
    }
  }

  #ask(
    { overlay, contact }: Holder,
    content: QueryContent,
    observer: QueryObserver,
    now: number,
  ): void {
    const asked = overlay.queries.ask(contact.endpoint, content, observer, now)
    if (asked.kind === 'refused') this.#close(now)
  }

  #close(now: number): void {
    this.#open--
    if (this.#open > 0 || this.#isOver) return
    this.#isOver = true
    this.#owner.withdrawalEnded(this, now)
  }
}
