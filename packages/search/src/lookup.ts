// The iterative lookup as a state machine: `next` says which contact to query, the caller reports
// what became of each query, and the same events always give the same steps.
// No contact is queried twice, and we never query ourselves. At most `alpha` queries that have not
// stalled are open, and `finalRoundAlpha` in the final round. The lookup is done when the k nearest
// contacts that have not failed have all responded. A query that stalls frees its slot: other
// contacts are queried as if it had failed, but the lookup still waits for it, and uses its late
// response.
// The lookup doesn't know the time, the wire, why a query failed, or which values responses carry.

import { closest, commonPrefixLength, type Id, type Identified, idsEqual, isBytes } from '@dht/id'
import type { Candidate } from './candidate.ts'
import { SearchIdError } from './errors.ts'
import type {
  LookupInit,
  LookupResponse,
  LookupSnapshot,
  LookupStep,
  ResponseVerdict,
  WriteTarget,
} from './lookup-step.ts'
import { type LookupConfig, type LookupOptions, resolveLookupOptions } from './options.ts'
import { Shortlist } from './shortlist.ts'
import type { Tally } from './tally.ts'

const WAIT = Object.freeze({ kind: 'wait' })
const DONE = Object.freeze({ kind: 'done' })

const ACCEPTED = Object.freeze({ kind: 'accepted' })
const RENAMED = Object.freeze({ kind: 'renamed' })
const REJECTED = Object.freeze({ kind: 'rejected' })
const IGNORED = Object.freeze({ kind: 'ignored' })

/**
 * Finds the k contacts nearest to a target by querying nearer and nearer ones (Kademlia paper,
 * §2.3).
 *
 * The loop around it: call `next` until it returns `wait` or `done`, send a query for each `query`,
 * report what became of it by `responded`, `stalled` or `failed`, and begin again.
 */
export class Lookup<C extends Identified> {
  readonly target: Id
  readonly #config: LookupConfig<C>
  readonly #shortlist: Shortlist<C>
  #phase: LookupSnapshot<C>['phase'] = 'approach'
  /** Open queries that have not stalled. */
  #usedSlots = 0
  #queried = 0
  #responded = 0
  #stalled = 0
  #failed = 0

  /**
   * @throws {SearchOptionError} for an unknown option or one outside its bounds
   * @throws {SearchIdError} when an id is not a Uint8Array, or not as wide as the target
   */
  constructor(init: LookupInit<C>, options: LookupOptions<C> = {}) {
    const { target, self, startingContacts, selfAddresses = [] } = init
    requireBytes('target', target)
    this.target = target
    this.#config = resolveLookupOptions(options)
    requireWidth('self', self, target)
    const { addressOf, shortlistSize: capacity } = this.#config
    this.#shortlist = new Shortlist({ target, self, selfAddresses, capacity, addressOf })
    for (const contact of startingContacts) {
      requireWidth('starting contact', contact.id, target)
      this.#shortlist.add(contact, 1)
    }
    this.#finishIfSettled()
  }

  /** What to do now. The contact of a `query` counts as queried. Call until `wait` or `done`. */
  next(): LookupStep<C> {
    if (this.isDone) return DONE
    const candidate = this.#usedSlots < this.#maxSlots() ? this.#nextFresh() : undefined
    if (candidate === undefined) return WAIT
    this.#shortlist.move(candidate, 'query')
    this.#usedSlots += 1
    this.#queried += 1
    if (this.#queried === this.#config.maxQueries) this.#shortlist.dropFresh()
    return { kind: 'query', contact: candidate.contact }
  }

  /**
   * A response came to the query to `asked`. A copy of the token is kept.
   *
   * The contact counts under the id in its response, not under the id that was reported for its
   * address. So a node that reports many ids at one address gains nothing.
   */
  responded(asked: C, response: LookupResponse<C>): ResponseVerdict {
    const candidate = this.#pending(asked)
    if (candidate === undefined) return IGNORED
    const { responder } = response
    const isRenamed = !idsEqual(responder.id, candidate.id)
    this.#settle(candidate, isRenamed ? 'fail' : 'respond')
    const source = isRenamed ? this.#shortlist.addResponder(responder, candidate.hop) : candidate
    if (source !== undefined) {
      source.token = copyOf(response.token)
      this.#addCloser(source, response.closer)
    }
    this.#finishIfSettled()
    if (source === undefined) return REJECTED
    return isRenamed ? RENAMED : ACCEPTED
  }

  /** The response is overdue. Another contact may be queried; this query stays open. */
  stalled(asked: C): void {
    const candidate = this.#pending(asked)
    if (candidate === undefined || !this.#shortlist.move(candidate, 'stall')) return
    this.#usedSlots -= 1
    this.#stalled += 1
  }

  /** The query failed, for whatever reason. */
  failed(asked: C): void {
    const candidate = this.#pending(asked)
    if (candidate === undefined) return
    this.#settle(candidate, 'fail')
    this.#finishIfSettled()
  }

  /** Ends the lookup now. What was found so far stays readable. */
  abort(): void {
    if (!this.isDone) this.#phase = 'aborted'
  }

  get isDone(): boolean {
    return this.#phase === 'complete' || this.#phase === 'aborted'
  }

  /**
   * Whether each of the k nearest that have not failed has responded or stalled, so that the lookup
   * waits only for stalled queries. A late response may report a nearer contact and change this.
   */
  get waitsForStalledOnly(): boolean {
    if (this.#phase === 'aborted') return false
    return this.#nearest().every(({ state }) => state === 'responded' || state === 'stalled')
  }

  /** How many of the k nearest that have not failed were queried and have not responded yet. */
  get pending(): number {
    return this.#nearest().filter(({ state }) => state === 'queried' || state === 'stalled').length
  }

  /** The contacts that responded, at most k, nearest first. */
  closest(): C[] {
    return this.#results().map(({ contact }) => contact)
  }

  /**
   * The k nearest contacts that responded with a token, nearest first, each with its token. Before
   * the end, each nearer contact that may still respond keeps its place among the k.
   */
  writeTargets(): WriteTarget<C>[] {
    const targets: WriteTarget<C>[] = []
    let places = this.#config.k
    for (const { contact, state, token } of this.#shortlist.notFailed) {
      if (places === 0) break
      // Only a contact that responded has a token.
      if (token !== undefined) targets.push({ contact, token: new Uint8Array(token) })
      if (token !== undefined || (state !== 'responded' && !this.isDone)) places -= 1
    }
    return targets
  }

  get tally(): Tally {
    return {
      queried: this.#queried,
      responded: this.#responded,
      stalled: this.#stalled,
      failed: this.#failed,
      hops: this.#results().reduce((longest, { hop }) => Math.max(longest, hop), 0),
    }
  }

  snapshot(): LookupSnapshot<C> {
    const candidates = this.#shortlist.all.map(({ contact, state, hop, token }) => {
      return { contact, state, hop, token: copyOf(token) }
    })
    return { phase: this.#phase, candidates, tally: this.tally }
  }

  #maxSlots(): number {
    return this.#phase === 'final round' ? this.#config.finalRoundAlpha : this.#config.alpha
  }

  // The nearest fresh one among the k nearest that have neither failed nor stalled. Stalled ones
  // are skipped, so that the next contacts have responded by the time a dead one expires.
  #nextFresh(): Candidate<C> | undefined {
    let places = this.#config.k
    for (const candidate of this.#shortlist.notFailed) {
      if (candidate.state === 'fresh') return candidate
      if (candidate.state !== 'stalled') places -= 1
      if (places === 0) return undefined
    }
    return undefined
  }

  #pending(asked: C): Candidate<C> | undefined {
    if (this.isDone) return undefined
    const candidate = this.#shortlist.byContact(asked) ?? this.#shortlist.get(asked.id)
    return candidate?.state === 'queried' || candidate?.state === 'stalled' ? candidate : undefined
  }

  #settle(candidate: Candidate<C>, move: 'respond' | 'fail'): void {
    if (candidate.state === 'queried') this.#usedSlots -= 1
    this.#shortlist.move(candidate, move)
    if (move === 'respond') this.#responded += 1
    else this.#failed += 1
  }

  #addCloser(source: Candidate<C>, closer: readonly C[]): void {
    const { maxPerResponse, maxQueries } = this.#config
    const fitting = closer.filter(({ id }) => id?.length === this.target.length)
    const nearest = closest(fitting, this.target, maxPerResponse)
    source.hasReportedAll = this.#hasReportedAll(source, nearest.at(-1))
    if (this.#queried < maxQueries) {
      const unknown = nearest.filter((contact) => !this.#shortlist.byContact(contact))
      for (const contact of unknown) this.#shortlist.add(contact, source.hop + 1)
    }
    const first = this.#shortlist.notFailed.find(({ state }) => state === 'responded')
    this.#phase = first?.hasReportedAll ? 'final round' : 'approach'
  }

  // A node has one bucket for all contacts that share more leading bits with the target than it
  // does, and reports those first. If it reports others too, this bucket has no more contacts.
  #hasReportedAll({ id }: Candidate<C>, farthest: C | undefined): boolean {
    if (farthest === undefined) return false
    const { target } = this
    return commonPrefixLength(farthest.id, target) <= commonPrefixLength(id, target)
  }

  #finishIfSettled(): void {
    if (this.#nearest().every(({ state }) => state === 'responded')) this.#phase = 'complete'
  }

  /** The k nearest that have not failed. */
  #nearest(): readonly Candidate<C>[] {
    return this.#shortlist.notFailed.slice(0, this.#config.k)
  }

  #results(): Candidate<C>[] {
    const results: Candidate<C>[] = []
    for (const candidate of this.#shortlist.notFailed) {
      if (results.length === this.#config.k) break
      if (candidate.state === 'responded') results.push(candidate)
    }
    return results
  }
}

function requireBytes(what: string, bytes: Uint8Array): void {
  if (!isBytes(bytes)) throw new SearchIdError(what, 'a Uint8Array', bytes)
}

function requireWidth(what: string, id: Id, target: Id): void {
  requireBytes(what, id)
  if (id.length === target.length) return
  const units = target.length === 1 ? 'byte' : 'bytes'
  throw new SearchIdError(what, `an id of ${target.length} ${units} like the target`, id)
}

// The `slice` of Node's Buffer would be a view of the datagram, not a copy.
function copyOf(token: Uint8Array | undefined): Uint8Array | undefined {
  return token && new Uint8Array(token)
}
