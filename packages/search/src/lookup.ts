// The walk toward a target, as a machine that is polled: `next` says whom to ask, events say what
// became of it, and from the same events always come the same steps.
//
// True in here: nobody is asked twice, and never ourselves. At most `alpha` patient questions are
// in flight in the approach, `endgameAlpha` in the endgame, which is on while the nearest contact
// that answered has told all it knows on the target's side. The walk is over when the k nearest
// that have not failed have all answered. A stalled question frees its slot: it counts as dead for
// the choice of whom to ask next, as alive for the end, and its late answer is still used. Who is
// content with less may end it as soon as those nearest are waited for that have stalled, and no
// other.
// Not known here: the moment, the wire, why a question failed, the values an answer carried.
import { closest, commonPrefixLength, type Id, type Identified, idsEqual, isBytes } from '@dht/id'
import type { Candidate, Named } from './candidate.ts'
import { SearchIdError } from './errors.ts'
import type {
  LookupInit,
  LookupSnapshot,
  LookupStep,
  Reply,
  ReplyVerdict,
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
 * Finds the k contacts nearest to a target by asking ever nearer ones (Kademlia paper, §2.3).
 *
 * The loop around it: call `next` until it says `wait` or `done`, carry out each `ask`, report what
 * became of it by `replied`, `stalled` or `failed`, and begin again.
 */
export class Lookup<C extends Identified> {
  readonly target: Id
  readonly #config: LookupConfig<C>
  readonly #shortlist: Shortlist<C>
  #phase: LookupSnapshot<C>['phase'] = 'approach'
  #patient = 0
  #asked = 0
  #answered = 0
  #stalled = 0
  #failed = 0

  /**
   * @throws {SearchOptionError} for an unknown option or one outside its bounds
   * @throws {SearchIdError} when an id is no Uint8Array, or not as wide as the target
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
      const { id } = contact
      requireWidth('starting contact', id, target)
      this.#shortlist.add({ contact, id }, 1)
    }
    this.#finishIfSettled()
  }

  /** Says what to do now. `ask` counts as asked from this moment; call until `wait` or `done`. */
  next(): LookupStep<C> {
    if (this.isDone) return DONE
    const candidate = this.#patient < this.#slots() ? this.#nextFresh() : undefined
    if (candidate === undefined) return WAIT
    this.#shortlist.move(candidate, 'ask')
    this.#patient += 1
    this.#asked += 1
    if (this.#asked === this.#config.maxQueries) this.#shortlist.dropFresh()
    return { kind: 'ask', contact: candidate.contact }
  }

  /**
   * The question to `asked` was answered. A copy of the token is kept.
   *
   * The responder's own id counts, not the name under which it was recommended: a liar who
   * advertises many ids at one address gains nothing by it.
   */
  replied(asked: C, reply: Reply<C>): ReplyVerdict {
    const candidate = this.#pending(asked)
    if (candidate === undefined) return IGNORED
    const { responder } = reply
    const named = responder === asked ? candidate : { contact: responder, id: responder.id }
    const isRenamed = !idsEqual(named.id, candidate.id)
    this.#settle(candidate, isRenamed ? 'fail' : 'reply')
    const answerer = isRenamed ? this.#shortlist.addResponder(named, candidate.hop) : candidate
    if (answerer !== undefined) {
      answerer.token = copyOf(reply.token)
      this.#learn(answerer, reply.closer)
    }
    this.#finishIfSettled()
    if (answerer === undefined) return REJECTED
    return isRenamed ? RENAMED : ACCEPTED
  }

  /** The answer is overdue: the slot is free for another, the question stays open. */
  stalled(asked: C): void {
    const candidate = this.#pending(asked)
    if (candidate === undefined || !this.#shortlist.move(candidate, 'stall')) return
    this.#patient -= 1
    this.#stalled += 1
  }

  /** The question came to nothing, for whatever reason; it makes no difference which. */
  failed(asked: C): void {
    const candidate = this.#pending(asked)
    if (candidate === undefined) return
    this.#settle(candidate, 'fail')
    this.#finishIfSettled()
  }

  /** Ends the walk where it stands. What was found so far remains readable. */
  abort(): void {
    if (!this.isDone) this.#phase = 'aborted'
  }

  get isDone(): boolean {
    return this.#phase === 'complete' || this.#phase === 'aborted'
  }

  /**
   * Whether of the k nearest that have not failed each has answered or stalled: what is left is to
   * wait for those that stalled. It may cease to be so: a late answer may name somebody nearer.
   */
  get waitsForStalledOnly(): boolean {
    if (this.#phase === 'aborted') return false
    return this.#nearest().every(({ state }) => state === 'replied' || state === 'stalled')
  }

  /** How many of the k nearest that have not failed were asked and are silent so far. */
  get pending(): number {
    return this.#nearest().filter(({ state }) => state === 'asked' || state === 'stalled').length
  }

  /** The contacts that answered, at most k, nearest first. */
  closest(): C[] {
    return this.#results().map(({ contact }) => contact)
  }

  /**
   * The k nearest contacts that answered and gave a token, nearest first, each with its own. Before
   * the end each nearer contact that may still answer keeps its place among the k.
   */
  writeTargets(): WriteTarget<C>[] {
    const targets: WriteTarget<C>[] = []
    let places = this.#config.k
    for (const { contact, state, token } of this.#shortlist.order) {
      if (places === 0) break
      // Only a contact that answered has a token.
      if (token !== undefined) targets.push({ contact, token: new Uint8Array(token) })
      if (token !== undefined || (state !== 'replied' && !this.isDone)) places -= 1
    }
    return targets
  }

  get tally(): Tally {
    return {
      asked: this.#asked,
      answered: this.#answered,
      stalled: this.#stalled,
      failed: this.#failed,
      hops: this.#results().reduce((most, { hop }) => Math.max(most, hop), 0),
    }
  }

  snapshot(): LookupSnapshot<C> {
    const candidates = this.#shortlist.all.map(({ contact, state, hop, token }) => {
      return { contact, state, hop, token: copyOf(token) }
    })
    return { phase: this.#phase, candidates, tally: this.tally }
  }

  #slots(): number {
    return this.#phase === 'endgame' ? this.#config.finalRoundAlpha : this.#config.alpha
  }

  // The nearest fresh one among the k nearest that are neither failed nor stalled. Looking past the
  // stalled has the successors of a dead contact asked by the time it is given up.
  #nextFresh(): Candidate<C> | undefined {
    let places = this.#config.k
    for (const candidate of this.#shortlist.order) {
      if (candidate.state === 'fresh') return candidate
      if (candidate.state !== 'stalled') places -= 1
      if (places === 0) return undefined
    }
    return undefined
  }

  #pending(asked: C): Candidate<C> | undefined {
    if (this.isDone) return undefined
    const candidate = this.#shortlist.known(asked) ?? this.#shortlist.get(asked.id)
    return candidate?.state === 'asked' || candidate?.state === 'stalled' ? candidate : undefined
  }

  #settle(candidate: Candidate<C>, move: 'reply' | 'fail'): void {
    if (candidate.state === 'asked') this.#patient -= 1
    this.#shortlist.move(candidate, move)
    if (move === 'reply') this.#answered += 1
    else this.#failed += 1
  }

  #learn(answerer: Candidate<C>, closer: readonly C[]): void {
    const { maxPerReply, maxQueries } = this.#config
    const named = closer.map((contact) => {
      return this.#shortlist.known(contact) ?? { contact, id: contact.id }
    })
    const fitting = named.filter(({ id }) => id?.length === this.target.length)
    const nearest = closest(fitting, this.target, maxPerReply)
    answerer.hasToldAll = this.#hasToldAll(answerer, nearest.at(-1))
    if (this.#asked < maxQueries) {
      const unknown = nearest.filter(({ contact }) => !this.#shortlist.known(contact))
      for (const each of unknown) this.#shortlist.add(each, answerer.hop + 1)
    }
    const first = this.#shortlist.order.find(({ state }) => state === 'replied')
    this.#phase = first?.hasToldAll ? 'endgame' : 'approach'
  }

  // A contact has one bucket for all who share more leading bits with the target than it does, and
  // names those first. Naming others as well shows that the bucket has no more to give.
  #hasToldAll({ id }: Candidate<C>, farthest: Named<C> | undefined): boolean {
    if (farthest === undefined) return false
    const { target } = this
    return commonPrefixLength(farthest.id, target) <= commonPrefixLength(id, target)
  }

  #finishIfSettled(): void {
    if (this.#nearest().every(({ state }) => state === 'replied')) this.#phase = 'complete'
  }

  /** The k nearest that have not failed. */
  #nearest(): readonly Candidate<C>[] {
    return this.#shortlist.order.slice(0, this.#config.k)
  }

  #results(): Candidate<C>[] {
    const results: Candidate<C>[] = []
    for (const candidate of this.#shortlist.order) {
      if (results.length === this.#config.k) break
      if (candidate.state === 'replied') results.push(candidate)
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

// Not `slice`, which on Node's Buffer is a view of the datagram.
function copyOf(token: Uint8Array | undefined): Uint8Array | undefined {
  return token && new Uint8Array(token)
}
