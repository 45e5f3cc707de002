// The model of a lookup of a user: one in each overlay at once, with one result. What it looks for
// takes the responses in and says how far it has come.

import type { Contact, Endpoint, Family, Response } from '@dht/krpc'
import type { LookupResult } from '../../src/core/operations/outcome.ts'
import type { NodeContext } from './core-context.ts'
import { RunModel, type Sought } from './core-lookup.model.ts'
import type { OverlayModel } from './core-overlay.model.ts'
import type { Peer } from './core-peer.ts'
import { sum } from './core-round.model.ts'

/** What a user looks for, and what was found so far. */
export interface SoughtModel {
  readonly what: Sought
  /** Nothing more is needed. */
  readonly isReached: boolean
  /** Stalled nodes need not be waited for. */
  readonly mayEndEarly: boolean
  /** Nothing can be missing of what was found. */
  readonly isWhole: boolean
  readonly endpoints: readonly Endpoint[]
  readonly holders: readonly Peer[]
  /** Adds what this node has itself. */
  addOwn(): void
  found?(endpoints: readonly Endpoint[], holder: Peer): void
  returned?(response: Response, responder: Peer): void
}

interface Desk {
  listening: UserLookupModel[]
  settle(
    operationId: number,
    outcome: { kind: 'found'; mayFindMore: boolean; result: LookupResult },
  ): void
  ended(operationId: number): void
}

interface Init {
  readonly operationId: number
  readonly sought: SoughtModel
  readonly families: ReadonlyMap<Family, { readonly overlay: OverlayModel }>
  readonly desk: Desk
}

export class UserLookupModel {
  readonly operationId: number
  readonly #node: NodeContext
  readonly #init: Init
  readonly #sought: SoughtModel
  readonly #startedAt: number
  readonly #ended: RunModel[] = []
  /** Runs that were repeated. Only what they cost still counts. */
  readonly #inVain = new Set<RunModel>()
  #open: RunModel[] = []
  #isSettled = false

  constructor(node: NodeContext, init: Init) {
    this.operationId = init.operationId
    this.#node = node
    this.#init = init
    this.#sought = init.sought
    this.#startedAt = node.now
  }

  start(): void {
    this.#sought.addOwn()
    const overlays = [...this.#init.families.values()].map(({ overlay }) => overlay)
    this.#open = overlays.map((overlay) => this.#begin(overlay))
    if (this.#sought.isReached || this.#open.length === 0) this.#finish()
    else for (const run of [...this.#open]) run.advance()
  }

  stop(): void {
    for (const run of this.#open) run.cancel()
    this.#open = []
  }

  #begin(overlay: OverlayModel): RunModel {
    const sought = this.#sought
    const owner = {
      found: (endpoints: readonly Endpoint[], holder: Peer) => {
        sought.found?.(endpoints, holder)
        this.#finishIfReached()
      },
      returned: (response: Response, responder: Peer) => {
        sought.returned?.(response, responder)
        this.#finishIfReached()
      },
      waits: () => this.#finishEarly(),
      ended: (run: RunModel) => this.#lookedUp(run),
    }
    return new RunModel(overlay, owner, sought.what)
  }

  #lookedUp(run: RunModel): void {
    this.#ended.push(run)
    this.#open = this.#open.filter((other) => other !== run)
    if (run.isInVain && !this.#isSettled) {
      this.#node.note('lookup: begun again')
      this.#inVain.add(run)
      const again = this.#begin(run.overlay)
      this.#open.push(again)
      again.advance()
    } else if (this.#open.length > 0) this.#finishEarly()
    else if (this.#isSettled) this.#init.desk.ended(this.operationId)
    else this.#finish()
  }

  /** Finishes if only stalled queries are open, and they need not be waited for. */
  #finishEarly(): void {
    if (!this.#sought.mayEndEarly || this.#isSettled) return
    if (!this.#open.every(({ lookup }) => lookup.waitsForStalledOnly)) return
    const runs = [...this.#ended, ...this.#open]
    this.#open = this.#open.filter((run) => run.stopAsking())
    if (this.#open.length > 0) this.#init.desk.listening.push(this)
    this.#node.note('settled early')
    this.#tell(runs)
  }

  #finishIfReached(): void {
    if (this.#sought.isReached) this.#finish()
  }

  #finish(): void {
    const runs = [...this.#ended, ...this.#open]
    for (const run of this.#open) run.abort()
    this.#open = []
    this.#tell(runs)
  }

  #tell(runs: readonly RunModel[]): void {
    this.#isSettled = true
    const { isReached, isWhole, endpoints, holders } = this.#sought
    const tally = sum(runs.map(({ lookup }) => lookup.tally()))
    const alone = tally.responded === 0 && !isReached ? (['no-response'] as const) : []
    const last = runs.filter((run) => !this.#inVain.has(run))
    const missed = isWhole ? [] : last.flatMap((run) => run.missed)
    const incompleteReasons = [...new Set([...missed, ...alone])]
    this.#init.desk.settle(this.operationId, {
      kind: 'found',
      mayFindMore: this.#open.length > 0,
      result: {
        endpoints,
        holders: holders.map(({ contact }) => contact),
        closest: last.flatMap(({ lookup }): Contact[] => lookup.closest()),
        complete: incompleteReasons.length === 0,
        incompleteReasons,
        tally,
        durationMs: this.#node.now - this.#startedAt,
      },
    })
  }
}
