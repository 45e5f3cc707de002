// The iterative lookup as a state machine: `next` says which contact to query, the caller reports
// what became of each query, and the same events always give the same steps.
// No contact is queried twice, and we never query ourselves. At most `alpha` queries that have not
// stalled are open, and `finalRoundAlpha` in the final round. The lookup is done when the nearest
// contacts that have not failed have all responded: the k nearest, and more if more are in the
// region around the target. A query that stalls frees its slot: other contacts are queried as if it
// had failed, but the lookup still waits for it, and uses its late response. On the way to the
// target, contacts that are known to answer soon come next then.
// The lookup doesn't know the time, the wire, why a query failed, or which values responses carry.

import { closest, commonPrefixLength, type Id, type Identified, idsEqual } from '@dht/id'
import { requireBytes, requireRegion, requireWidth } from './arguments.ts'
import type { Candidate } from './candidate.ts'
import { Credit } from './credit.ts'
import { headOfShare } from './distance-share.ts'
import type {
  LookupInit,
  LookupResponse,
  LookupSnapshot,
  LookupStep,
  ResponseVerdict,
  WriteTarget,
} from './lookup-step.ts'
import { type LookupConfig, type LookupOptions, resolveLookupOptions } from './options.ts'
import { PromptContacts } from './prompt-contacts.ts'
import { QueryLedger } from './query-ledger.ts'
import { Shortlist } from './shortlist.ts'
import type { Tally } from './tally.ts'
import { Vicinity } from './vicinity.ts'
import { copyOf, tokensWithin, unsettledWithin, writeTargets } from './write-targets.ts'

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
  readonly #init: LookupInit<C>
  readonly #config: LookupConfig<C>
  readonly #shortlist: Shortlist<C>
  readonly #vicinity: Vicinity<C>
  readonly #ledger: QueryLedger<C>
  readonly #prompt: PromptContacts<C>
  /** Whether `requireProof` was called. */
  #needsProof = false
  /** How many contacts `ownContacts` was asked for last. */
  #known = 0
  #phase: LookupSnapshot<C>['phase'] = 'approach'

  /**
   * @throws {SearchOptionError} for an unknown option, or a value outside its bounds
   * @throws {SearchIdError} when an id is not a Uint8Array, or not as wide as the target
   */
  constructor(init: LookupInit<C>, options: LookupOptions<C> = {}) {
    const { target, self, startingContacts, selfAddresses = [], region = 0 } = init
    requireBytes('target', target)
    this.target = target
    this.#init = init
    this.#config = resolveLookupOptions(options)
    requireWidth('self', self, target)
    requireRegion(region)
    const { k, shortlistSize: capacity, ...places } = this.#config
    const shortlist = new Shortlist({ ...places, target, self, selfAddresses, capacity })
    this.#shortlist = shortlist
    this.#vicinity = new Vicinity({ shortlist, k, regionHead: headOfShare(region) })
    this.#ledger = new QueryLedger(shortlist)
    this.#prompt = new PromptContacts(shortlist, this.#vicinity)
    for (const contact of startingContacts) this.#addOwn(contact)
    this.#known = Math.max(startingContacts.length, k)
    this.#finishIfSettled()
  }

  /** What to do now. The contact of a `query` counts as queried. Call until `wait` or `done`. */
  next(): LookupStep<C> {
    if (this.isDone) return DONE
    const candidate = this.#ledger.usedSlots < this.#maxSlots() ? this.#nextCandidate() : undefined
    if (candidate === undefined) return WAIT
    this.#ledger.query(candidate)
    if (this.#hasSpentAll) this.#shortlist.dropFresh()
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
    if (isRenamed) this.#ledger.fail(candidate, asked)
    else this.#ledger.respond(candidate, asked)
    const source = isRenamed ? this.#shortlist.addResponder(responder, candidate.hop) : candidate
    if (source !== undefined) {
      source.token = copyOf(response.token)
      this.#addCloser(source, response.closer, isRenamed && this.#hasRegion)
    }
    this.#finishIfSettled()
    if (source === undefined) return REJECTED
    return isRenamed ? RENAMED : ACCEPTED
  }

  /** The response is overdue. Another contact may be queried; this query stays open. */
  stalled(asked: C): void {
    const candidate = this.#pending(asked)
    if (candidate === undefined || !this.#ledger.stall(candidate, asked)) return
    if (this.#phase === 'approach') this.#addPrompt()
  }

  /** The query failed, for any reason. */
  failed(asked: C): void {
    const candidate = this.#pending(asked)
    if (candidate === undefined) return
    this.#ledger.fail(candidate, asked)
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
   * Whether each of the nearest that have not failed has responded or stalled, so that the lookup
   * waits only for stalled queries. A late response may report a nearer contact and change this.
   */
  get waitsForStalledOnly(): boolean {
    if (this.#phase === 'aborted') return false
    return this.#vicinity.hasStalledOnly
  }

  /** How many of the nearest that have not failed were queried and have not responded yet. */
  get pending(): number {
    return this.#vicinity.pending
  }

  /** The contacts that responded, at most k, nearest first. */
  closest(): C[] {
    return this.#vicinity.results().map(({ contact }) => contact)
  }

  /**
   * The nearest contacts that responded with a token, nearest first, each with its token. Before
   * the end, each nearer contact that may still respond keeps its place.
   */
  writeTargets(): WriteTarget<C>[] {
    const { notFailed } = this.#shortlist
    return writeTargets(notFailed, { places: this.#vicinity.reach, isDone: this.isDone })
  }

  /** All contacts with a token that are nearer to the target than this share of the id space. */
  tokensWithin(share: number): WriteTarget<C>[] {
    return tokensWithin(this.#shortlist.notFailed, headOfShare(share))
  }

  /** All contacts that responded, nearest first. */
  responders(): C[] {
    const all = this.#shortlist.notFailed.filter(({ state }) => state === 'responded')
    return all.map(({ contact }) => contact)
  }

  /**
   * Whether a contact may be queried although it is no candidate: it is not us, its id has not
   * responded, and no other id was queried at its endpoint.
   *
   * @param isProven - whether it is known to respond. If not, its id has not failed either.
   */
  isUnsettled(contact: C, isProven: boolean): boolean {
    if (!this.#shortlist.isOpenTo(contact)) return false
    const state = this.#shortlist.get(contact.id)?.state
    return state !== 'responded' && (isProven || state !== 'failed')
  }

  /** Whether a contact was reported, or was known: the same id at the same endpoint. */
  knows(contact: C): boolean {
    return this.#shortlist.knows(contact)
  }

  /**
   * How many contacts are known that have not failed and are nearer to the target than this share
   * of the id space.
   */
  countWithin(share: number): number {
    return this.#shortlist.countWithin(headOfShare(share))
  }

  /** The contacts nearer to the target than this share that have neither responded nor failed. */
  unsettledWithin(share: number): C[] {
    return unsettledWithin(this.#shortlist.notFailed, headOfShare(share))
  }

  get queried(): number {
    return this.#ledger.counts.queried
  }

  get tally(): Tally {
    const hops = this.#vicinity.results().reduce((longest, { hop }) => Math.max(longest, hop), 0)
    return { ...this.#ledger.counts, hops }
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

  #nextCandidate(): Candidate<C> | undefined {
    const { usedSlots, counts } = this.#ledger
    const prompt = this.#phase === 'approach' ? this.#prompt.next(counts.stalled) : undefined
    return prompt ?? this.#vicinity.next(usedSlots > 0)
  }

  #pending(asked: C): Candidate<C> | undefined {
    return this.isDone ? undefined : this.#ledger.find(asked)
  }

  /** Without a region it may be a young network, whose nodes change their ids (BEP 42). */
  get #hasRegion(): boolean {
    return (this.#init.region ?? 0) > 0
  }

  get #hasSpentAll(): boolean {
    return this.queried >= this.#config.maxQueries
  }

  #addCloser(source: Candidate<C>, closer: readonly C[], isDoubted: boolean): void {
    const { maxPerResponse } = this.#config
    const { mayQuery } = this.#init
    const fitting = closer.filter((contact) => {
      return contact.id?.length === this.target.length && mayQuery?.(contact) !== false
    })
    const nearest = closest(fitting, this.target, maxPerResponse)
    source.hasReportedAll = this.#hasReportedAll(source, nearest.at(-1))
    if (!this.#hasSpentAll) {
      source.credit = this.#config.endpointOf && new Credit(nearest.length, isDoubted)
      const report = { reporter: source.credit, hop: source.hop + 1 }
      for (const contact of nearest) this.#shortlist.add(contact, report)
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
    if (!this.#vicinity.isSettled) return
    if (!this.#needsProof) {
      this.#needsProof = true
      this.#vicinity.requireProof()
      if (!this.#vicinity.isSettled) return
    }
    if (this.#addMore()) return
    // Fewer than k others are known, so those at crowded addresses count as well.
    if (this.#shortlist.admitSetAside(this.#config.k)) return
    this.#phase = 'complete'
  }

  /**
   * Adds more contacts that we know ourselves, if all candidates were queried and fewer than k of
   * them are believed.
   *
   * @returns whether there is a new candidate
   */
  #addMore(): boolean {
    const { ownContacts } = this.#init
    const { notFailed } = this.#shortlist
    if (ownContacts === undefined || this.#hasSpentAll) return false
    if (notFailed.filter((each) => !each.isDiscredited(true)).length >= this.#config.k) return false
    const before = this.#shortlist.all.length
    for (;;) {
      this.#known *= 2
      const own = ownContacts(this.target, this.#known)
      for (const contact of own) this.#addOwn(contact)
      const hasGrown = this.#shortlist.all.length > before
      if (hasGrown || own.length < this.#known) return hasGrown
    }
  }

  #addPrompt(): void {
    const { promptContacts } = this.#init
    if (promptContacts === undefined || this.#prompt.areKnown || this.#hasSpentAll) return
    const contacts = promptContacts(this.target, this.#config.k)
    for (const contact of contacts) this.#addOwn(contact)
    this.#prompt.are(contacts)
  }

  #addOwn(contact: C): void {
    requireWidth('starting contact', contact.id, this.target)
    if (this.#init.mayQuery?.(contact) !== false) this.#shortlist.add(contact, { hop: 1 })
  }
}
