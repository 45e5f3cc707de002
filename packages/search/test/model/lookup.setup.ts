// How a lookup of the model begins, and what happens to it.
import type { TestNode } from '../support/network.ts'

export interface Setup {
  /** Bytes of an id. */
  readonly width: number
  readonly target: bigint
  readonly self: bigint
  readonly startingContacts: readonly TestNode[]
  /** What we know besides; undefined: the lookup can't ask for more. */
  readonly more: readonly TestNode[] | undefined
  /** Contacts that answer soon; undefined: the lookup is not told of any. */
  readonly prompt: readonly TestNode[] | undefined
  /** Ids with this remainder of 5 may not be queried. */
  readonly barred: number | undefined
  readonly ownAddresses: readonly string[]
  /** Whether the lookup is given `addressOf`, and `endpointOf`. */
  readonly heedsAddresses: boolean
  readonly heedsEndpoints: boolean
  readonly maxPerAddress: number
  readonly contactsPerId: number
  /** Share of the id space around the target whose contacts are all waited for. */
  readonly region: number
  readonly k: number
  readonly alpha: number
  readonly finalRoundAlpha: number
  readonly maxQueries: number
  readonly shortlistSize: number
  readonly maxPerResponse: number
}

export interface ReplyEvent {
  readonly kind: 'respond'
  readonly asked: TestNode
  readonly responder: TestNode
  readonly closer: readonly TestNode[]
  readonly token: number | undefined
}

export type HistoryEvent =
  | ReplyEvent
  | { readonly kind: 'query'; readonly asked: TestNode }
  | { readonly kind: 'stall'; readonly asked: TestNode }
  | { readonly kind: 'fail'; readonly asked: TestNode }
  | { readonly kind: 'abort' }
