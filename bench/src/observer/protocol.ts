// What the process with the observed node is asked, and what it tells.

export interface ObservedInit {
  /** Members of its table. */
  readonly contacts: number
  /** Queries that arrive, and events that happen, each in a second. */
  readonly perSecond: number
}

export type ObservedRequest =
  /** Opens the page. The answer is an {@link ObservedPage}. */
  | { readonly kind: 'open' }
  /** The answer is an {@link ObservedCost}. */
  | { readonly kind: 'measure'; readonly ms: number }

export interface ObservedPage {
  readonly url: string
}

export interface ObservedCost {
  /** CPU time of the process, as a share of one processor. */
  readonly share: number
  readonly contacts: number
}
