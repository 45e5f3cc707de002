// One contact under which an id was reported, and who reported it.

import type { Credit } from './credit.ts'

/** Most reporters kept: ours, more than the liars of one lookup that agree on one contact. */
const MAX_REPORTERS = 16
/** A contact that we know ourselves weighs as much as one with this many reporters: ours. */
const OWN_WEIGHT = 2

/** Who reported a contact. */
export interface Report {
  /** Undefined: we know the contact ourselves. */
  readonly reporter?: Credit | undefined
  /** Length of the chain of responses that led to the contact. */
  readonly hop: number
}

export class ReportedContact<C> {
  readonly contact: C
  /** The key of its endpoint; undefined: the lookup doesn't know about endpoints. */
  readonly endpoint: string | undefined
  /** Whether we knew it before the lookup, or it responded itself. */
  readonly #isOwn: boolean
  readonly #reporters: Credit[]

  constructor(contact: C, endpoint: string | undefined, reporter: Credit | undefined) {
    this.contact = contact
    this.endpoint = endpoint
    this.#isOwn = reporter === undefined
    this.#reporters = reporter === undefined ? [] : [reporter]
  }

  /** Another response reported it. */
  reportedBy(reporter: Credit): void {
    if (this.#reporters.length < MAX_REPORTERS) this.#reporters.push(reporter)
  }

  /** How many believed reporters have reported it. */
  get weight(): number {
    if (this.#isOwn) return OWN_WEIGHT
    let weight = 0
    for (const { isDiscredited } of this.#reporters) if (!isDiscredited) weight += 1
    return weight
  }

  hit(): void {
    for (const reporter of this.#reporters) reporter.hit()
  }

  missed(): void {
    for (const reporter of this.#reporters) reporter.missed()
  }

  hitAfterMiss(): void {
    for (const reporter of this.#reporters) reporter.hitAfterMiss()
  }
}
