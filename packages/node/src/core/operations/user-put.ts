// A user's put: one round that writes an item to the nodes nearest to its target (BEP 44). It ends
// when each write has an outcome. The user repeats it to keep the item stored.

import { type Contact, ErrorCode } from '@dht/krpc'
import type { StoredItem } from '@dht/store'
import { NO_SALT, targetOf } from '../items/item.ts'
import { ItemGoal } from '../lookups/goals/item.ts'
import type { OverlayParts } from '../overlay/overlay-parts.ts'
import type { Publication } from '../publishing/publication.ts'
import { Round, type RoundOwner } from '../publishing/round.ts'
import { sameBytes } from '../same-bytes.ts'
import type { Services } from '../services.ts'
import type { Operation } from './operations.ts'

/** An item to put, and the sequence number of the version that it may replace. */
export interface NewItem {
  readonly item: StoredItem
  readonly cas?: bigint | undefined
  /**
   * Whether this node stores the item as well: at once, or when another node has accepted it.
   * Default: it does not.
   */
  readonly keep?: 'at-once' | 'when-accepted' | undefined
}

export class UserPut implements Operation, RoundOwner {
  readonly #operationId: number
  readonly #services: Services
  readonly #goal: ItemGoal
  readonly #round: Round
  readonly #onAccepted: ((now: number) => void) | undefined

  constructor(
    init: Omit<NewItem, 'keep'> & {
      readonly operationId: number
      readonly overlays: readonly OverlayParts[]
      /** Called at the end if another node has accepted the item. */
      readonly onAccepted: ((now: number) => void) | undefined
    },
    services: Services,
    now: number,
  ) {
    const { item, cas, operationId, overlays } = init
    const { crypto } = services.config
    this.#operationId = operationId
    this.#onAccepted = init.onAccepted
    this.#services = services
    this.#goal = new ItemGoal({
      target: targetOf(item, crypto),
      crypto,
      salt: item.signed?.salt,
      known: cas === undefined ? versionBefore(item) : undefined,
    })
    const publication = itemPublication(item, cas, this.#goal)
    this.#round = new Round({ publication, owner: this, overlays, operationId }, services, now)
  }

  start(now: number): void {
    this.#round.start(now)
  }

  cancel(): void {
    this.#round.abort()
  }

  /** The result waits for the last write. */
  roundReported(): void {}

  roundEnded(round: Round, now: number): void {
    const outcome = round.outcome()
    const newest = this.#goal.item?.signed?.seq
    if (outcome.accepted.length > 0) this.#onAccepted?.(now)
    const report = { ...outcome, newest, durationMs: now - outcome.startedAt }
    this.#services.operations.settle(this.#operationId, { kind: 'put', report })
  }
}

/** Nodes that have the same version return it, so that a refusal of it can be understood. */
function versionBefore({ signed }: StoredItem): bigint | undefined {
  return signed === undefined || signed.seq <= 0n ? undefined : signed.seq - 1n
}

function itemPublication(item: StoredItem, cas: bigint | undefined, goal: ItemGoal): Publication {
  const { v, signed } = item
  const { k, sig, seq, salt = NO_SALT } = signed ?? {}
  return {
    goal,
    writeTo: (contact, token) => ({
      method: 'put',
      // BEP 44 does not have it. The nodes that need it have no IPv6, where an item of full size
      // would no longer fit a datagram with it.
      claimedTarget: contact.family === 4 ? goal.target : undefined,
      v,
      token,
      k,
      sig,
      seq,
      // An empty salt is left out: some nodes would sign it.
      salt: salt.length === 0 ? undefined : salt,
      // A node without a version has nothing to compare `cas` with.
      cas: goal.claimOf(contact) === undefined ? undefined : cas,
    }),
    // If another version than `cas` is known, nodes without any are skipped: they would store this.
    isWanted: (contact) => !isConflict(cas, goal) || goal.claimOf(contact) !== undefined,
    // WebTorrent answers 302 when it already has this version.
    isStoredAt: (contact: Contact, code: number) =>
      code === ErrorCode.sequenceTooLow && isSame(goal.claimOf(contact), item),
  }
}

function isConflict(cas: bigint | undefined, { item }: ItemGoal): boolean {
  return cas !== undefined && item !== undefined && item.signed?.seq !== cas
}

function isSame(claim: ReturnType<ItemGoal['claimOf']>, { v, signed }: StoredItem): boolean {
  if (claim?.v === undefined || claim.seq !== signed?.seq) return false
  return sameBytes(claim.v, v)
}
