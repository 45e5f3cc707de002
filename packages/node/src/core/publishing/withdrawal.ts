// One entry is taken back from those who hold it: one attempt each, all at once, two seconds in
// all. A token of the round is shown while it is surely good; after that its holder is asked for
// another first. What is not taken back fades within its lifetime, so nothing is tried twice.

import type { Id } from '@dht/id'
import type { Contact, Response } from '@dht/krpc'
import type { OverlayParts } from '../overlay/overlay-parts.ts'
import type { QueryContent } from '../queries/query-content.ts'
import type { QueryObserver } from '../queries/query-observer.ts'
import type { Services } from '../services.ts'

/** Longest life of a withdrawal, ms: ours; most round trips, and nobody waits long for it. */
export const WITHDRAWAL_MS = 2_000

/** A node that accepted an entry, or may have. */
export interface Holder {
  readonly contact: Contact
  readonly overlay: OverlayParts
  readonly token: Uint8Array
  /** When its token was asked for, ms, monotonic. */
  readonly askedAt: number
}

/** Told once, when there is nothing more to wait for. */
export interface WithdrawalOwner {
  withdrawalEnded(withdrawal: Withdrawal, now: number): void
}

export class Withdrawal {
  readonly target: Id
  /** When it ends at the latest; undefined before it starts. */
  endsAt: number | undefined
  readonly #holders: readonly Holder[]
  readonly #owner: WithdrawalOwner
  readonly #services: Services
  /** Holders without an end yet, and one more while it starts. */
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
      const isGood = now - holder.askedAt <= tokenRotateMs
      if (isGood) this.#withdraw(holder, holder.token, now)
      else this.#askForToken(holder, now)
    }
    this.#close(now)
  }

  /**
   * Ends it where it stands, and its owner is not told. What still waits for its turn is not sent:
   * it would take back what is entered next.
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

  #observer(holder: Holder, answered: (response: Response, now: number) => void): QueryObserver {
    const close = (_what: unknown, now: number): void => this.#close(now)
    const isOver = (): boolean => this.#isOver
    return {
      asked: holder.contact,
      onResponse: (response, _responder, now) => answered(response, now),
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
    question: QueryContent,
    observer: QueryObserver,
    now: number,
  ): void {
    const asked = overlay.queries.ask(contact.endpoint, question, observer, now)
    if (asked.kind === 'refused') this.#close(now)
  }

  #close(now: number): void {
    this.#open--
    if (this.#open > 0 || this.#isOver) return
    this.#isOver = true
    this.#owner.withdrawalEnded(this, now)
  }
}
