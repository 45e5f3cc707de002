// Writes to the contacts that gave a token, and records the outcome of each write.
// All writes, at most k, are handed out at once. Each has exactly one outcome, the first that is
// reported; the publish is done when all have one.
// It doesn't know what is written, how long a write may take, or when it is to be repeated.

import { type Identified, idKey, isBytes } from '@dht/id'
import { SearchIdError } from './errors.ts'
import type { WriteTarget } from './lookup-step.ts'
import { type PublishOptions, resolvePublishOptions } from './options.ts'

/** `write`: send this write; `wait`: writes are open; `done`: the publish is over. */
export type PublishStep<C> =
  | { readonly kind: 'write'; readonly contact: C; readonly token: Uint8Array }
  | { readonly kind: 'wait' }
  | { readonly kind: 'done' }

/** A write to which the contact responded with an error message. */
export interface RefusedWrite<C> extends Refusal {
  readonly contact: C
}

/** The content of an error message. */
export interface Refusal {
  /** KRPC: 201 to 204 and BEP 44's. */
  readonly code: number
  /** Text for people, written by the contact; don't trust it. */
  readonly text: string
}

export interface PublishOutcome<C> {
  readonly accepted: C[]
  readonly refused: RefusedWrite<C>[]
  readonly unreachable: C[]
}

interface Write<C> extends WriteTarget<C> {
  state: 'due' | 'written' | 'accepted' | 'refused' | 'unreachable'
  refusal: Refusal | undefined
}

const WAIT = Object.freeze({ kind: 'wait' })
const DONE = Object.freeze({ kind: 'done' })

/** Writes once to each of the first k targets and records the outcomes. */
export class Publish<C extends Identified> {
  /** By id, in the order of the targets, in which they are handed out. */
  readonly #writes = new Map<string, Write<C>>()
  #isAborted = false

  /**
   * @param targets - nearest first, as `Lookup.writeTargets` gives them; the first k are used, and
   * of two with one id the first
   * @throws {SearchOptionError} for an unknown option or one outside its bounds
   * @throws {SearchIdError} for a token that is not a Uint8Array
   */
  constructor(targets: Iterable<WriteTarget<C>>, options: PublishOptions = {}) {
    const { k } = resolvePublishOptions(options)
    for (const { contact, token } of targets) {
      if (this.#writes.size === k) break
      const key = idKey(contact.id)
      if (this.#writes.has(key)) continue
      if (!isBytes(token)) throw new SearchIdError('token', 'a Uint8Array', token)
      this.#writes.set(key, {
        contact,
        token: new Uint8Array(token),
        state: 'due',
        refusal: undefined,
      })
    }
  }

  /** What to do now; call until `wait` or `done`. */
  next(): PublishStep<C> {
    if (this.isDone) return DONE
    for (const write of this.#writes.values()) {
      if (write.state !== 'due') continue
      write.state = 'written'
      return { kind: 'write', contact: write.contact, token: write.token }
    }
    return WAIT
  }

  /** The contact accepted the write. */
  accepted(contact: C): void {
    this.#settle(contact, 'accepted')
  }

  /** The contact responded with an error message. */
  refused(contact: C, { code, text }: Refusal): void {
    this.#settle(contact, 'refused', { code, text })
  }

  /** The contact did not respond, or the write could not be sent. */
  unreachable(contact: C): void {
    this.#settle(contact, 'unreachable')
  }

  /** Ends the publish now: nothing more is written, and open writes have no outcome. */
  abort(): void {
    this.#isAborted = true
  }

  get isDone(): boolean {
    if (this.#isAborted) return true
    for (const { state } of this.#writes.values()) {
      if (state === 'due' || state === 'written') return false
    }
    return true
  }

  /** The outcomes so far, nearest first in each list. */
  outcome(): PublishOutcome<C> {
    const writes = [...this.#writes.values()]
    return {
      accepted: writes.filter(({ state }) => state === 'accepted').map(({ contact }) => contact),
      refused: writes
        .filter(({ state }) => state === 'refused')
        .map(({ contact, refusal }) => ({ contact, ...(refusal as Refusal) })),
      unreachable: writes
        .filter(({ state }) => state === 'unreachable')
        .map(({ contact }) => contact),
    }
  }

  #settle(contact: C, state: 'accepted' | 'refused' | 'unreachable', refusal?: Refusal): void {
    const write = this.#writes.get(idKey(contact.id))
    if (this.#isAborted || write?.state !== 'written') return
    write.state = state
    write.refusal = refusal
  }
}
