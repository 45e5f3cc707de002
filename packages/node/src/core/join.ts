// Finding one's place in one overlay: ask the bootstrap endpoints, look up our own id, then a random
// id at each prefix level down to the nearest neighbour (REFRESH-6: one lookup per present bucket
// would miss the levels that our unsplit own bucket still hides). With nobody to be found it tries
// again, at growing intervals; when the table has lost everybody it starts anew.

import { commonPrefixLength, type Id, Prefix } from '@dht/id'
import { type Contact, type Endpoint, formatEndpoint, type Response } from '@dht/krpc'
import type { Errand } from './errand.ts'
import { type LookupOwner, LookupRun } from './lookup-run.ts'
import type { Overlay } from './overlay.ts'
import { draw, type Services } from './services.ts'

/** Bootstrap endpoints asked at once: ours; more would only be a burst. */
const MAX_SEEDS = 32

/** Prefix levels walked at once: ours; the levels are independent, and three keep the join short. */
const LEVELS_AT_ONCE = 3

/** Who waits for a join to end. */
export interface JoinOwner {
  /** @param contacts - members of the table at the end of the join; 0 when nobody was found */
  joined(contacts: number, now: number): void
}

export class Join implements LookupOwner {
  readonly #overlay: Overlay
  readonly #services: Services
  readonly #owner: JoinOwner
  #endpoints: readonly Endpoint[] = []
  #waiting: JoinOwner[] = []
  #running = false
  #asking = 0
  #levels: Id[] = []
  readonly #runs = new Set<LookupRun>()
  #ownIdDone = false
  #retryAt: number | undefined
  #waitMs: number
  #joined = false

  /** @param init - the overlay to join, and who is told of the end of every join, wished for or not */
  constructor(init: { readonly overlay: Overlay; readonly owner: JoinOwner }, services: Services) {
    this.#overlay = init.overlay
    this.#owner = init.owner
    this.#services = services
    this.#waitMs = services.config.rejoinMs
  }

  get isRunning(): boolean {
    return this.#running
  }

  get joined(): boolean {
    return this.#joined
  }

  /** Sets whom to ask when the table can't help. */
  know(endpoints: readonly Endpoint[]): void {
    const distinct = new Map(endpoints.map((e) => [formatEndpoint(e), e]))
    this.#endpoints = [...distinct.values()].slice(0, MAX_SEEDS)
  }

  /** Joins now, or waits for the join under way. */
  start(owner: JoinOwner | undefined, now: number): void {
    if (owner !== undefined) this.#waiting.push(owner)
    if (this.#running) return
    const { outbox } = this.#services
    this.#running = true
    this.#ownIdDone = false
    this.#retryAt = undefined
    this.#askEndpoints(now)
    const seeds = this.#asking + this.#overlay.table.size
    outbox.trace({ kind: 'joining', family: this.#overlay.family, seeds })
    if (this.#overlay.table.size === 0) outbox.lonely()
    if (this.#overlay.table.size > 0) this.#lookUp(this.#services.self, [], now)
    else this.#endIfNobody(now)
  }

  /** Told after every answer: the first contact of a node that had nobody is a reason to look around. */
  welcome(now: number): void {
    if (!this.#joined && this.#isIdle && this.#overlay.table.size > 0) this.#retryLater(now)
  }

  /** Told after every failure: with nobody left that is not bad, it is time to start anew. */
  review(now: number): void {
    if (!this.#joined || !this.#isIdle) return
    if (this.#overlay.table.closest(this.#services.self, 1).length === 0) this.#retryLater(now)
  }

  get #isIdle(): boolean {
    return !this.#running && this.#retryAt === undefined
  }

  nextAt(): number | undefined {
    return this.#retryAt
  }

  wake(now: number): void {
    if (this.#retryAt !== undefined && this.#retryAt <= now) this.start(undefined, now)
  }

  lookupFound(): void {}

  lookupEnded(run: LookupRun, now: number): void {
    this.#runs.delete(run)
    if (!this.#ownIdDone) {
      this.#ownIdDone = true
      this.#levels = this.#levelTargets()
    }
    while (this.#levels.length > 0 && this.#runs.size < LEVELS_AT_ONCE) {
      this.#lookUp(this.#levels.shift() as Id, [], now)
    }
    if (this.#runs.size === 0) this.#finish(now)
  }

  #askEndpoints(now: number): void {
    const question = { method: 'find_node', target: this.#services.self } as const
    for (const endpoint of this.#endpoints) {
      if (this.#overlay.ask(endpoint, question, this.#errand(), now)) this.#asking++
    }
  }

  #errand(): Errand {
    const silent = (now: number): void => {
      this.#asking--
      this.#endIfNobody(now)
    }
    return {
      asked: undefined,
      answered: (response, responder, now) => this.#welcomed(response, responder, now),
      refused: (_error, now) => silent(now),
      failed: (_reason, now) => silent(now),
      stalled: () => {},
    }
  }

  /** The first to answer opens the lookup of our own id; later ones have only taught the table. */
  #welcomed(response: Response, responder: Contact, now: number): void {
    this.#asking--
    if (this.#ownIdDone || this.#runs.size > 0) return
    this.#lookUp(
      this.#services.self,
      [responder, ...this.#overlay.hearsay(response, responder.endpoint)],
      now,
    )
  }

  #endIfNobody(now: number): void {
    if (this.#running && this.#asking === 0 && this.#runs.size === 0) this.#finish(now)
  }

  #lookUp(target: Id, seeds: readonly Contact[], now: number): void {
    const init = {
      overlay: this.#overlay,
      owner: this,
      target,
      method: 'find_node',
      seeds,
    } as const
    const run = new LookupRun(init, this.#services, now)
    this.#runs.add(run)
    run.advance(now)
  }

  /** A random id that shares exactly i bits with ours, for each i up to the nearest neighbour's. */
  #levelTargets(): Id[] {
    const { self, random } = this.#services
    const [nearest] = this.#overlay.table.closest(self, 1)
    if (nearest === undefined) return []
    const deepest = commonPrefixLength(self, nearest.id)
    return Array.from({ length: deepest + 1 }, (_, i) =>
      Prefix.of(self, i + 1)
        .sibling()
        .randomId(random),
    )
  }

  #finish(now: number): void {
    const { outbox, config } = this.#services
    const contacts = this.#overlay.table.size
    this.#running = false
    this.#joined = this.#overlay.table.closest(this.#services.self, 1).length > 0
    outbox.trace({ kind: 'joined', family: this.#overlay.family, contacts })
    const waiting = this.#waiting
    this.#waiting = []
    for (const owner of [this.#owner, ...waiting]) owner.joined(contacts, now)
    if (this.#joined) this.#waitMs = config.rejoinMs
    else if (this.#endpoints.length > 0 || contacts > 0) this.#retryLater(now)
  }

  #retryLater(now: number): void {
    const { config, random } = this.#services
    this.#retryAt = now + this.#waitMs * (0.5 + draw(random))
    this.#waitMs = Math.min(2 * this.#waitMs, config.rejoinMaxMs)
  }
}
