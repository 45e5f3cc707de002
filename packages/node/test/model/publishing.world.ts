// A node core among scripted nodes (its friends), and the model of what it publishes. The model
// sees every effect in order. Friends respond to the queries of checks, joins and refreshes at once
// unless they are told not to. The script decides about the queries of rounds.

import { type Id, idToHex, randomId } from '@dht/id'
import {
  type Contact,
  compactContacts,
  contact,
  decodeMessage,
  type Endpoint,
  encodeMessage,
  endpoint,
  mainline,
  type Network,
  type Query,
  type Response,
} from '@dht/krpc'
import { seededRandom } from '@dht/testing'
import { longestRoundMs, resolveCoreOptions } from '../../src/core/config/resolve.ts'
import type { Effect } from '../../src/core/effect.ts'
import type { CoreInspection } from '../../src/core/inspection.ts'
import { NodeCore } from '../../src/core/node-core.ts'
import type { Command } from '../../src/core/operations/command.ts'
import {
  addressOf,
  type ModelAnnouncement,
  type ModelRound,
  PublishingModel,
} from './publishing.model.ts'

/** Less than the shortest timeout of any query, ms. */
const PROMPT_MS = 25

/** The shortest timeout of a query, ms. */
const LEAST_WAIT_MS = 150

/** Most timeouts at one instant. */
const MOST_WAKES_AT_ONCE = 200

/** Queries that are remembered; older ones can't be open. */
const MOST_QUESTIONS = 200

/** A query of a round. */
export interface Question {
  readonly key: string
  readonly query: Extract<Query, { readonly method: 'get_peers' | 'announce_peer' }>
  readonly to: Contact
  readonly sentAt: number
  readonly announcement: ModelAnnouncement
  readonly round: ModelRound
  isSettled: boolean
}

/** Longer than any script lasts, ms. */
const NEVER_MS = 1e12

export type Reply = 'answer' | 'name others' | 'no token' | 'refuse' | 'fail'

export interface WorldOptions {
  readonly network: Network
  readonly friends: readonly Id[]
  /** How many of them are in the table before the script starts. */
  readonly met: number
  readonly core: Readonly<Record<string, number>>
  readonly seed: number
}

export class PublishingWorld {
  now = 0
  readonly core: NodeCore
  readonly model: PublishingModel
  readonly friends: readonly Contact[]
  questions: Question[] = []
  #byKey = new Map<string, Question>()
  /** No friend responds to checks, joins and refreshes. */
  isDeaf = false
  readonly #network: Network
  readonly #longestRoundMs: number
  readonly #outcomes = new Map<number, string>()
  #chores: { readonly query: Query; readonly to: Contact }[] = []
  #isAtWork = false
  #operationIds = 0
  /** When the last sleep ended; a round during the sleep took that long. */
  #wokenAt = 0

  constructor({ network: usual, friends, met, core, seed }: WorldOptions) {
    // Without withdrawals and reviews: the model of the whole core has them.
    const network: Network = { ...usual, methods: mainline.methods }
    const config = resolveCoreOptions({ network, reviewMs: NEVER_MS, ...core })
    const random = seededRandom(seed)
    this.#network = network
    this.#longestRoundMs = longestRoundMs(config)
    const self = randomId(network.idLength, random)
    const others = friends.filter((id) => idToHex(id) !== idToHex(self))
    this.friends = others.map((id, i) => contact(id, endpoint(`20.${i}.0.1`, 4000)))
    this.model = new PublishingModel(config)
    this.core = new NodeCore({ id: self, random }, { network, reviewMs: NEVER_MS, ...core })
    this.core.watch(true)
    this.core.bound(endpoint('10.0.0.1', 3739))
    for (const { endpoint: to } of this.friends.slice(0, met)) {
      this.begin({ kind: 'ping', operationId: this.operationId(), to })
    }
  }

  operationId(): number {
    return ++this.#operationIds
  }

  begin(command: Command): void {
    this.#absorb(this.core.start(command, this.now), 'begin')
  }

  wake(): void {
    this.#absorb(this.core.handleTimeout(this.now), 'wake')
  }

  /** Lets time pass; `react` is called after every timeout. */
  passTo(until: number, react: () => void = () => {}): void {
    let atOnce = 0
    for (;;) {
      const next = this.core.nextTimeout(this.now)
      if (next === undefined || next.at > until) break
      atOnce = next.at > this.now ? 0 : atOnce + 1
      if (atOnce > MOST_WAKES_AT_ONCE) throw new Error(`no end of wakes: ${next.reason}`)
      this.now = Math.max(this.now, next.at)
      this.wake()
      react()
    }
    this.now = until
  }

  /** The open queries of the core. */
  get open(): ReadonlySet<Question> {
    const { openQueries } = this.core.inspect(this.now).overlays[0]!
    const keys = new Set(openQueries.map(({ query, to }) => keyOf(query, to)))
    return new Set(this.questions.filter(({ key }) => keys.has(key)))
  }

  /** Open queries of rounds under way, oldest first. */
  get wanted(): Question[] {
    return this.questions.filter((each) => !each.isSettled && this.isWanted(each))
  }

  /** @returns whether the query was open and its round under way */
  reply(
    question: Question,
    how: Reply,
  ): { readonly wasOpen: boolean; readonly wasWanted: boolean } {
    const isPrompt = !question.isSettled && this.now - question.sentAt < PROMPT_MS
    // A query that was just sent is open; of others it is looked up.
    const wasOpen = isPrompt || this.open.has(question)
    if (question.isSettled && wasOpen) throw new Error('a question that was settled is open')
    const wasWanted = wasOpen && this.isWanted(question)
    const strays = this.#strays
    if (how === 'fail') this.#fail(question.to)
    else this.#answer(question, how, wasWanted)
    const isHeard = this.#strays === strays
    if (how !== 'fail' && isHeard !== wasOpen) throw new Error('answers are not heard as they came')
    return { wasOpen, wasWanted }
  }

  /** Responses that ended no open query. */
  get #strays(): number {
    const { responsesUnmatched, responsesLate } = this.core.info(this.now).counters
    return responsesUnmatched + responsesLate
  }

  /** Lets all the time pass at once. */
  sleepTo(until: number): void {
    this.now = until
    this.#wokenAt = until
    this.wake()
  }

  get operations(): ReadonlyMap<number, string> {
    return this.#outcomes
  }

  /** Whether the round of the query goes on. */
  isWanted({ announcement, round }: Question): boolean {
    return this.model.announcements.includes(announcement) && announcement.round === round
  }

  #answer(question: Question, how: Exclude<Reply, 'fail'>, isWanted: boolean): void {
    const { query, to, sentAt, round } = question
    const { transactionId } = query
    // A different token for each query, so that none fits another.
    const token = how === 'no token' ? undefined : transactionId
    if (isWanted && query.method === 'get_peers' && how !== 'refuse') {
      // With k responses the lookup may be over.
      const isOpen = round.answers.length < this.model.terms.k
      const isCertain = isOpen && this.now - sentAt < PROMPT_MS
      round.answers.push({ contact: to, token: token && hexOf(token), isCertain })
    }
    const write = round.writes.find(({ contact: who }) => addressOf(who) === addressOf(to))
    if (isWanted && query.method === 'announce_peer' && write !== undefined) {
      write.end = how === 'refuse' ? 'refused' : 'accepted'
      if (how === 'refuse') write.code = 203
    }
    question.isSettled = true
    const body: Partial<Response> = {
      ...(token !== undefined && { token }),
      ...(how === 'name others' && { nodes: compactContacts(this.friends) }),
    }
    const message =
      how === 'refuse'
        ? ({ kind: 'error', transactionId, code: 203, text: 'no' } as const)
        : ({ kind: 'response', transactionId, id: to.id, ...body } as const)
    this.#hear(encodeMessage(message, this.#network), to.endpoint)
  }

  #fail(to: Contact): void {
    const { open } = this
    for (const question of this.questions) {
      if (addressOf(question.to) !== addressOf(to) || question.isSettled) continue
      const isWanted = open.has(question) && this.isWanted(question)
      question.isSettled = true
      if (!isWanted || question.query.method !== 'announce_peer') continue
      const write = question.round.writes.find((each) => addressOf(each.contact) === addressOf(to))
      if (write !== undefined) write.end = 'unreachable'
    }
    this.#chores = this.#chores.filter((chore) => addressOf(chore.to) !== addressOf(to))
    const effects = this.core.undeliverable(to.endpoint, 'ECONNREFUSED', this.now)
    this.#absorb(effects, 'undeliverable')
  }

  #hear(bytes: Uint8Array, from: Endpoint): void {
    this.#absorb(this.core.receive(bytes, from, this.now), 'receive')
  }

  #absorb(effects: readonly Effect[], door: 'begin' | 'wake' | 'receive' | 'undeliverable'): void {
    const { model, now } = this
    if (!model.hasTried) {
      model.isApproaching = this.core.inspect(now).overlays[0]!.join.isApproaching
    }
    for (const effect of effects) {
      if (effect.kind === 'send') this.#sent(effect.bytes, effect.endpoint, door === 'wake')
      if (effect.kind === 'settle') this.#settle(effect.operationId, effect.outcome.kind)
      if (effect.kind === 'trace') {
        const { event } = effect
        if (event.kind === 'joining') model.isJoining = true
        if (event.kind === 'contact-added') model.members++
        if (event.kind === 'joined') model.joined(event.contacts, now)
      }
      if (effect.kind === 'round') {
        const { report, operationId } = effect
        if (door === 'wake' && model.announcementOf(report.target)?.round === undefined)
          model.fill(now)
        this.#checkGivenUp(report.target)
        if (report.pending === 0) this.#checkAllWritten(report.target)
        const { announcements } = this.core.inspect(now)
        const same = announcements.find(({ id }) => idToHex(id) === idToHex(report.target))
        fail(model.reported(report, { operationId, misses: same?.misses }, now))
      }
    }
    if (door === 'wake') model.fill(now)
    if (this.questions.length > 2 * MOST_QUESTIONS) this.#forget()
    for (const announcement of model.running) this.#checkWrites(announcement)
    this.#doChores()
  }

  #forget(): void {
    this.questions.splice(0, MOST_QUESTIONS)
    this.#byKey = new Map(this.questions.map((each) => [each.key, each]))
  }

  #settle(operationId: number, outcome: string): void {
    if (this.#outcomes.has(operationId)) fail([`operationId ${operationId} is settled twice`])
    this.#outcomes.set(operationId, outcome)
  }

  #sent(bytes: Uint8Array, to: Endpoint, isWaking: boolean): void {
    const query = decodeMessage(bytes.slice(), this.#network)
    const who = this.friends.find((each) => addressOf(each) === `${to.address}:${to.port}`)
    if (query.kind !== 'query' || who === undefined) throw new Error('a datagram to nobody')
    if (query.method !== 'get_peers' && query.method !== 'announce_peer') {
      this.#chores.push({ query, to: who })
      return
    }
    const key = keyOf(query, to)
    const known = this.#byKey.get(key)
    if (known !== undefined) {
      if (!this.isWanted(known)) fail(['what nobody wants any more is asked again'])
      return
    }
    const announcement = this.model.announcementOf(query.target)
    if (isWaking && announcement?.round === undefined) this.model.fill(this.now)
    const round = announcement?.round
    if (announcement === undefined || round === undefined)
      throw new Error(`${query.method} for no round`)
    const rest = { sentAt: this.now, announcement, round, isSettled: false }
    const question: Question = { key, query, to: who, ...rest }
    this.questions.push(question)
    this.#byKey.set(key, question)
    if (query.method === 'get_peers') return
    if (query.port !== announcement.port || query.impliedPort)
      fail([`port ${query.port} announced`])
    const token = hexOf(query.token)
    round.writes.push({ contact: who, token, sentAt: this.now, end: 'open' })
  }

  /** TRACK-1: each node that responded is written to at most once, with its own token. */
  #checkWrites({ round }: ModelAnnouncement): void {
    const { writes, answers } = round!
    const places = new Set(writes.map(({ contact }) => addressOf(contact)))
    if (places.size < writes.length) fail(['a node is written to twice'])
    for (const { contact, token } of writes) {
      const isOne = answers.some((each) => {
        return addressOf(each.contact) === addressOf(contact) && each.token === token
      })
      if (!isOne) fail([`a write to ${addressOf(contact)} with ${token}, which gave none such`])
    }
  }

  /** TRACK-6, SEARCH-25: at the end, the k nearest nodes that responded were written to. */
  #checkAllWritten(target: Id): void {
    const announcement = this.model.announcementOf(target)
    if (announcement?.round === undefined) return
    const written = announcement.round.writes.map(({ contact }) => addressOf(contact))
    const missed = this.model.targetsOf(announcement).filter((each) => !written.includes(each))
    if (missed.length > 0) fail([`nothing is written to ${missed}`])
  }

  #checkGivenUp(target: Id): void {
    for (const { end, sentAt } of this.model.announcementOf(target)?.round?.writes ?? []) {
      const isEarly = this.now < sentAt + LEAST_WAIT_MS
      if (end === 'open' && isEarly) fail([`a write given up after ${this.now - sentAt} ms`])
    }
  }

  #doChores(): void {
    if (this.isDeaf || this.#isAtWork) return
    this.#isAtWork = true
    for (let chore = this.#chores.shift(); chore !== undefined; chore = this.#chores.shift()) {
      const { query, to } = chore
      const { transactionId } = query
      const response = { kind: 'response', transactionId, id: to.id } as const
      this.#hear(encodeMessage(response, this.#network), to.endpoint)
    }
    this.#isAtWork = false
  }

  listen(): void {
    this.isDeaf = false
    this.#doChores()
  }

  /** Rules that hold at every instant. @returns what is wrong */
  violations({ overlays, nextTimeout }: CoreInspection): string[] {
    const { model, now } = this
    const found: string[] = []
    const { openQueries } = overlays[0]!
    for (const { round, target } of model.running) {
      const open = openQueries.filter(({ query }) => {
        // A round that sweeps its region walks toward other ids.
        if (query.method === 'find_node') return true
        const isRounds = query.method === 'get_peers' || query.method === 'announce_peer'
        return isRounds && idToHex(query.target) === idToHex(target)
      })
      if (open.length === 0) found.push('a round waits for nothing')
      const { startedAt } = round!
      if (now - Math.max(startedAt, this.#wokenAt) > this.#longestRoundMs)
        found.push('a round without an end')
    }
    const { next } = model
    const wakeAt = nextTimeout?.at ?? Number.POSITIVE_INFINITY
    if (next !== undefined && model.mayStart && wakeAt > next.dueAt) found.push('it oversleeps')
    return found
  }
}

/**
 * Transaction ids are random and may repeat, so the key includes the query. The id of a query that
 * is sent once more differs in its first bit.
 */
function keyOf(query: Query, to: Endpoint): string {
  const { method, transactionId } = query
  const token = method === 'announce_peer' ? hexOf(query.token) : ''
  const pair = transactionId.map((byte, at) => (at === 0 ? byte & 0x7f : byte))
  return `${hexOf(pair)} ${method} ${token} ${to.address}:${to.port}`
}

function hexOf(bytes: Uint8Array): string {
  return idToHex(bytes as Id)
}

function fail(wrong: readonly string[]): void {
  if (wrong.length > 0) throw new Error(wrong.join('; '))
}
