// A core that joins, among peers played by a script, and the models of its joins: one per address
// family. The model receives every effect in order. It takes the members of the table, and which of
// them are bad, from the core.

import { commonPrefixLength, type Id, idFromBytes, idToHex } from '@dht/id'
import {
  type Contact,
  compactContacts,
  contact,
  decodeMessage,
  type Endpoint,
  encodeMessage,
  endpoint,
  type Family,
  formatEndpoint,
  type Network,
  type Query,
} from '@dht/krpc'
import { seededRandom } from '@dht/testing'
import type { CoreConfig } from '../../src/core/config/core-options.ts'
import { resolveCoreOptions } from '../../src/core/config/resolve.ts'
import type { Effect } from '../../src/core/effect.ts'
import { NodeCore } from '../../src/core/node-core.ts'
import type { Command } from '../../src/core/operations/command.ts'
import type { JoinResult } from '../../src/core/operations/outcome.ts'
import { type AttemptEnd, JoinModel } from './joining.model.ts'

export interface Question {
  readonly query: Query
  readonly to: Contact
  /** The attempt that sent it to a bootstrap endpoint. */
  readonly attempt: number | undefined
}

export type Reply = 'answer' | 'name others' | 'our own id' | 'refuse' | 'fail'
export type Door = 'begin' | 'wake' | 'receive' | 'undeliverable'

export const LOCALS: Readonly<Record<Family, Endpoint>> = {
  4: endpoint('10.0.0.1', 3739),
  6: endpoint('2001:4860:ffff::1', 3739),
}
/** Calls of `handleTimeout` at one instant, each of which may have got responses. */
const MOST_WAKES_AT_ONCE = 200

export interface JoiningOptions {
  readonly network: Network
  readonly self: Id
  readonly peers: readonly Id[]
  readonly families: readonly Family[]
  readonly k: number
  readonly seed: number
}

export class JoiningWorld {
  now = 0
  readonly core: NodeCore
  readonly config: CoreConfig
  readonly joins: ReadonlyMap<Family, JoinModel>
  /** Peers of both families, in turn. */
  readonly peers: readonly Contact[]
  questions: Question[] = []
  /** Open join operations, with the result of each family. */
  readonly operations: Map<number, Map<Family, number>> = new Map()
  /** Operations that have ended. */
  ends = 0
  bootstrapRequests = 0
  /** Warnings that no bootstrap endpoint responds. */
  silences = 0
  /** Contacts that were good after the last step. */
  readonly #good = new Map<Family, number>()
  readonly #network: Network
  readonly #byEndpoint: ReadonlyMap<string, Contact>
  /** All peers of a family, as a reply names them. */
  readonly #named: { readonly nodes: Uint8Array; readonly nodes6: Uint8Array }
  /** Targets of refreshes. */
  readonly #refreshed = new Set<string>()
  #operationIds = 0

  constructor({ network, self, peers, families, k, seed }: JoiningOptions) {
    const options = { network, k, quietMs: 24 * 60 * 60_000 }
    this.#network = network
    this.config = resolveCoreOptions(options)
    this.core = new NodeCore({ id: idFromBytes(self), random: seededRandom(seed) }, options)
    this.core.watch(true)
    for (const family of families) this.core.bound(LOCALS[family])
    this.joins = new Map(families.map((family) => [family, new JoinModel(this.config)]))
    this.peers = peers
      .filter((id) => idToHex(id) !== idToHex(self))
      .map((id, i) => {
        const isV4 = families.length === 1 ? families[0] === 4 : i % 2 === 0
        return contact(id, endpoint(isV4 ? `20.${i}.0.1` : `2001:4860:${i + 1}::1`, 4000))
      })
    const of = (family: Family): Uint8Array =>
      compactContacts(this.peers.filter((peer) => peer.endpoint.family === family)).slice()
    this.#named = { nodes: of(4), nodes6: of(6) }
    this.#byEndpoint = new Map(this.peers.map((peer) => [formatEndpoint(peer.endpoint), peer]))
  }

  get families(): Family[] {
    return [...this.joins.keys()]
  }

  operationId(): number {
    return ++this.#operationIds
  }

  wishToJoin(): void {
    const operationId = this.operationId()
    const contacts = new Map<Family, number>()
    for (const [family, join] of this.joins) {
      join.isWished = true
      if (join.joined && !join.isRunning) contacts.set(family, this.table(family).size)
    }
    this.operations.set(operationId, contacts)
    this.begin({ kind: 'join', operationId })
  }

  begin(command: Command): void {
    this.#absorb(this.core.start(command, this.now), 'begin')
  }

  wake(): void {
    this.#absorb(this.core.handleTimeout(this.now), 'wake')
  }

  passTo(until: number, react: () => void): void {
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

  reply(question: Question, how: Reply): void {
    this.questions = this.questions.filter((each) => each !== question)
    const { query, to } = question
    if (how === 'fail') {
      const at = formatEndpoint(to.endpoint)
      this.questions = this.questions.filter((each) => formatEndpoint(each.to.endpoint) !== at)
      const effects = this.core.undeliverable(to.endpoint, 'ECONNREFUSED', this.now)
      this.#absorb(effects, 'undeliverable')
      return
    }
    const { transactionId } = query
    const id = how === 'our own id' ? this.core.id : to.id
    const named = how === 'name others' ? this.#named : {}
    const message =
      how === 'refuse'
        ? ({ kind: 'error', transactionId, code: 202, text: 'no' } as const)
        : ({ kind: 'response', transactionId, id, ...named } as const)
    const bytes = encodeMessage(message, this.#network)
    const before = this.#answers
    const effects = this.core.receive(bytes, to.endpoint, this.now)
    const join = this.joins.get(to.endpoint.family)!
    const isOfTheAttempt = question.attempt === join.attempts
    if (isOfTheAttempt && this.#answers > before)
      join.bootstrapAnswered.add(formatEndpoint(to.endpoint))
    this.#absorb(effects, 'receive', to.endpoint.family)
  }

  /** Queries that the core counts as responded, with a response or an error message. */
  get #answers(): number {
    const { responsesReceived, errorsReceived } = this.core.info(this.now).counters
    return responsesReceived + errorsReceived
  }

  lastTo(to: Endpoint): Question | undefined {
    const at = formatEndpoint(to)
    return this.questions.findLast((each) => formatEndpoint(each.to.endpoint) === at)
  }

  /** Members of a family, how many are good, and whether all are bad. */
  table(family: Family): Record<'size' | 'good', number> & { readonly isDeserted: boolean } {
    const { contacts } = this.core.info(this.now).overlays.find((o) => o.family === family)!
    const { good, questionable, bad } = contacts
    return { size: good + questionable + bad, good, isDeserted: good + questionable === 0 }
  }

  /** A contact that was good when an attempt ended was good before or after this step. */
  #endOf(family: Family, contacts: number): AttemptEnd {
    const counts = [this.#good.get(family) ?? 0, this.table(family).good]
    const good = { least: Math.min(...counts), most: Math.max(...counts) }
    const { overlays } = this.core.inspect(this.now)
    const { nextAt, waitMs } = overlays.find((overlay) => overlay.family === family)!.join
    return { contacts, good, nextAt, waitMs }
  }

  #absorb(effects: readonly Effect[], door: Door, heardBy?: Family): void {
    for (const effect of effects) {
      if (effect.kind === 'send') this.#sent(effect.bytes, effect.endpoint)
      if (effect.kind === 'bootstrap-needed') this.bootstrapRequests++
      if (effect.kind === 'warning') this.#warned(effect.code)
      if (effect.kind === 'settle' && effect.outcome.kind === 'joined') {
        this.#settle(effect.operationId, effect.outcome.result)
      }
      if (effect.kind !== 'trace') continue
      const { event } = effect
      if (event.kind === 'refreshing') this.#refreshed.add(idToHex(event.target))
      if (event.kind === 'joining')
        this.joins.get(event.family)!.begun(event.startingContacts, this.now)
      if (event.kind !== 'joined') continue
      this.joins.get(event.family)!.ended(this.#endOf(event.family, event.contacts), this.now)
      for (const contacts of this.operations.values()) {
        if (!contacts.has(event.family)) contacts.set(event.family, event.contacts)
      }
    }
    for (const [operationId, { size }] of this.operations) {
      if (size === this.joins.size) throw new Error(`the request ${operationId} never ends`)
    }
    for (const [family, join] of this.joins) {
      if (heardBy !== family && door !== 'wake' && door !== 'undeliverable') continue
      const { isDeserted } = this.table(family)
      if (heardBy === family) join.welcome(isDeserted, this.now)
      if (door === 'wake' || door === 'undeliverable') join.review(isDeserted, this.now)
    }
    for (const family of this.joins.keys()) this.#good.set(family, this.table(family).good)
  }

  /** BOOT-1: once, when the joins of all families have ended, with the contacts of all. */
  #settle(operationId: number, { contacts, bootstrap }: JoinResult): void {
    const parts = [...(this.operations.get(operationId)?.values() ?? [])]
    const total = parts.reduce((sum, part) => sum + part, 0)
    if (parts.length < this.joins.size || contacts !== total)
      throw new Error(`a request that ends with ${contacts} of ${parts}`)
    const { asked, answered } = this.#bootstrapped()
    if (bootstrap.queried !== asked || bootstrap.responded !== answered)
      throw new Error(`${asked} asked and ${answered} answered, told ${JSON.stringify(bootstrap)}`)
    this.operations.delete(operationId)
    this.ends++
  }

  /** Bootstrap endpoints queried and responding in the last attempts of all families. */
  #bootstrapped(): { readonly asked: number; readonly answered: number } {
    const joins = [...this.joins.values()]
    const asked = joins.reduce((sum, join) => sum + join.bootstrapAsked.size, 0)
    const answered = joins.reduce((sum, join) => sum + join.bootstrapAnswered.size, 0)
    return { asked, answered }
  }

  /** BOOT-1: once, when no bootstrap endpoint responded and no family has contacts. */
  #warned(code: string): void {
    if (code !== 'DHT_BOOTSTRAP_SILENT') return
    this.silences++
    const { asked, answered } = this.#bootstrapped()
    const isAlone = this.families.every((family) => this.table(family).isDeserted)
    if (this.silences > 1 || asked === 0 || answered > 0 || !isAlone)
      throw new Error(`a warning of silence with ${answered} of ${asked} answers`)
  }

  #sent(bytes: Uint8Array, to: Endpoint): void {
    const query = decodeMessage(bytes.slice(), this.#network)
    if (query.kind !== 'query') throw new Error('what is no question was sent')
    const at = formatEndpoint(to)
    if (at === formatEndpoint(LOCALS[to.family])) throw new Error('it asks itself')
    const known = this.#byEndpoint.get(at)
    // Bootstrap endpoints without a peer.
    const join = this.joins.get(to.family)!
    // Only bootstrap endpoints are queried for both families.
    const isOfList = query.method === 'find_node' && query.want?.n4 === true && query.want.n6
    if (isOfList) join.bootstrapAsked.add(at)
    const attempt = isOfList ? join.attempts : undefined
    this.questions.push({ query, to: known ?? contact(this.core.id, to), attempt })
    if (query.method !== 'find_node') return
    const level = commonPrefixLength(query.target, this.core.id)
    if (this.#refreshed.has(idToHex(query.target))) return
    join.asked(idToHex(query.target), level, at)
  }
}
