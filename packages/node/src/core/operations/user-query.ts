// A query that a user sends to one node (ping, findNode, findValue, store, or one of another
// method), and its outcome.

import {
  type Contact,
  contactsFromCompact,
  type Endpoint,
  type ErrorMessage,
  endpointFromCompact,
  isUnicast,
  type Response,
} from '@dht/krpc'
import type { QueryGoal } from '../lookups/lookup-goal.ts'
import type { QueryObserver } from '../queries/query-observer.ts'
import { failureReasonOf, type QueryFailure } from '../queries/refusal.ts'
import type { Services } from '../services.ts'
import type { Operation } from './operations.ts'
import type { Answer, Outcome } from './outcome.ts'

export class UserQuery implements QueryObserver, Operation {
  readonly asked: Contact | undefined = undefined
  readonly #operationId: number
  readonly #goal: QueryGoal
  readonly #services: Services
  #free: (() => void) | undefined

  constructor(
    init: { readonly operationId: number; readonly goal: QueryGoal },
    services: Services,
  ) {
    this.#operationId = init.operationId
    this.#goal = init.goal
    this.#services = services
  }

  onResponse(response: Response, responder: Contact): void {
    this.#goal.fold?.(response, responder)
    this.#settle({ kind: 'answered', answer: this.#answer(response, responder) })
  }

  onError(error: ErrorMessage): void {
    this.#settle({ kind: 'refused', code: error.code, text: error.text })
  }

  onFailure(reason: QueryFailure): void {
    this.#settle({ kind: 'failed', reason: failureReasonOf(reason) })
  }

  onStalled(): boolean {
    return true
  }

  /** @param free - frees the place of the open query; its response is then ignored */
  sent(free: () => void): void {
    this.#free = free
  }

  cancel(): void {
    this.#free?.()
  }

  #settle(outcome: Outcome): void {
    this.#services.operations.settle(this.#operationId, outcome)
  }

  #answer(response: Response, contact: Contact): Answer {
    const { idLength } = this.#services.config.network
    const { nodes, nodes6, values, token } = response
    const none = new Uint8Array(0)
    const endpoints = (values ?? []).map(endpointFromCompact)
    return {
      contact,
      contacts: [
        ...contactsFromCompact(nodes ?? none, idLength, 4),
        ...contactsFromCompact(nodes6 ?? none, idLength, 6),
      ].filter((each) => each.isUnicast),
      endpoints: endpoints.filter((e): e is Endpoint => e !== undefined && isUnicast(e)),
      token: token?.slice(),
    }
  }
}
