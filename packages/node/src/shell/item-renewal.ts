// Keeps one item of this node's user stored (BEP 44): puts it at once and then every hour, because
// other nodes drop it two hours after the last put. A put that fell short is repeated earlier. It
// ends when a newer version is found, because nodes then refuse this one.

import { ErrorCode } from '@dht/krpc'
import type { StoredItem } from '@dht/store'
import type { PutReport as CorePutReport, Outcome } from '../core/operations/outcome.ts'
import type { NewItem } from '../core/operations/user-put.ts'
import { DhtNodeError } from '../errors.ts'
import type { Clock } from '../ports/clock.ts'
import { onAbort } from './abort-signals.ts'
import type { Calls } from './calls.ts'
import { Handle } from './handle.ts'
import { outcomeError } from './outcome-error.ts'
import { toPlain } from './plain.ts'
import type { PutReport } from './plain-item.ts'

/** Time from one put to the next, ms. BEP 44. */
const RENEW_MS = 60 * 60_000

/** The same after a put that fell short, ms: ours. */
const RETRY_MS = 5 * 60_000

/** Early puts in a row while some node has the item: ours, as for announcements. */
const RETRIES_FOR_A_FEW = 5

/** Reports kept for slow readers: twelve hours of regular puts. */
const KEPT_REPORTS = 16

/**
 * Awaited: the first report. Iterated: every report, until the id is deleted or put again, a newer
 * version was found, or the node is closed. Leaving the loop does not end the renewal.
 */
export type Put = Handle<PutReport, PutReport>

export class ItemRenewal {
  readonly handle: Put = new Handle<PutReport, PutReport>(KEPT_REPORTS, () => {})
  readonly #calls: Pick<Calls, 'start' | 'cancel'>
  readonly #clock: Clock
  readonly #unlisten: (() => void) | undefined
  readonly #ended: (renewal: ItemRenewal) => void
  #put: NewItem
  #operationId: number | undefined
  #cancelAlarm: (() => void) | undefined
  /** Puts in a row that fell short. */
  #misses = 0
  #hasReported = false
  #isOver = false

  constructor(
    init: {
      readonly put: NewItem
      readonly signal: AbortSignal | undefined
      /** Called once, at the end, perhaps within the constructor. */
      readonly ended: (renewal: ItemRenewal) => void
    },
    parts: { readonly calls: Pick<Calls, 'start' | 'cancel'>; readonly clock: Clock },
  ) {
    const { put, signal } = init
    this.#put = put
    this.#ended = init.ended
    this.#calls = parts.calls
    this.#clock = parts.clock
    this.#unlisten = signal && onAbort(signal, () => this.#fail(signal.reason))
    if (signal?.aborted) this.#fail(signal.reason)
    else this.#write()
  }

  /** Whether it has ended. */
  get isOver(): boolean {
    return this.#isOver
  }

  /** The item that is kept put. */
  get item(): StoredItem {
    return this.#put.item
  }

  /** Ends the renewal and the stream of its reports. */
  stop(): void {
    if (!this.#end()) return
    this.handle.end()
    this.handle.fail(new DhtNodeError('ERR_DHT_NODE_ABORTED', 'the item was deleted or put again'))
  }

  #write(): void {
    const put = this.#put
    this.#operationId = this.#calls.start((operationId) => ({ kind: 'put', operationId, put }), {
      settled: (outcome) => this.#settled(outcome),
      failed: (error) => this.#fail(error),
    })
  }

  #settled(outcome: Outcome): void {
    if (this.#isOver) return
    if (outcome.kind === 'busy' && this.#hasReported) {
      this.#writeAfter(RETRY_MS)
      return
    }
    if (outcome.kind !== 'put') {
      this.#fail(outcomeError(outcome))
      return
    }
    this.#hasReported = true
    const { report } = outcome
    const told: PutReport = toPlain(report)
    this.handle.resolve(told)
    this.handle.push(told)
    if (this.#isSuperseded(report)) {
      this.#end()
      this.handle.end()
      return
    }
    // From now on the version to be replaced is this one.
    if (report.accepted.length > 0) this.#put = { ...this.#put, cas: undefined }
    this.#misses = report.complete ? 0 : this.#misses + 1
    const isGoodEnough = report.accepted.length > 0 && this.#misses > RETRIES_FOR_A_FEW
    this.#writeAfter(report.complete || isGoodEnough ? RENEW_MS : RETRY_MS)
  }

  #writeAfter(waitMs: number): void {
    this.#cancelAlarm = this.#clock.alarm(this.#clock.now() + waitMs, () => this.#write())
  }

  /**
   * Whether a newer version was found, or every node refused this one because of its version. One
   * node alone is not believed: it may lie, and a valid newer version would have come with a get.
   */
  #isSuperseded({ accepted, refused, unreachable, newest }: CorePutReport): boolean {
    const seq = this.#put.item.signed?.seq
    if (seq !== undefined && newest !== undefined && newest > seq) return true
    const isConflict = ({ code }: { readonly code: number }): boolean =>
      code === ErrorCode.casMismatch || code === ErrorCode.sequenceTooLow
    if (accepted.length > 0 || unreachable.length > 0 || refused.length < 2) return false
    return refused.every(isConflict)
  }

  #fail(error: unknown): void {
    if (this.#end()) this.handle.fail(error)
  }

  /** @returns false when it was over already */
  #end(): boolean {
    if (this.#isOver) return false
    this.#isOver = true
    this.#unlisten?.()
    this.#cancelAlarm?.()
    this.#calls.cancel(this.#operationId)
    this.#ended(this)
    return true
  }
}
